// The small containers that the fleet is made of, against those of the standard library.
#include <list>
#include <set>

#include "sim/core/bit_set.hpp"
#include "sim/core/linked_list.hpp"
#include "sim/core/slot_table.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;

namespace {

struct Nodes {
    std::vector<ListLinks> links{100};
    auto operator()() {
        return [this](std::uint32_t n) -> ListLinks& { return links[n]; };
    }
    std::vector<std::uint32_t> order(const LinkedList& list) const {
        std::vector<std::uint32_t> numbers;
        for (std::uint32_t n = list.front(); n != kNoNode; n = links[n].next) numbers.push_back(n);
        return numbers;
    }
};

}  // namespace

TEST_CASE("a bit set finds members and neighbours as std::set does", "[core][bit_set]") {
    tests::check_property("against std::set", [] {
        BitSet bits;
        std::set<std::uint32_t> set;
        for (const auto& [number, kept] : *rc::gen::container<std::vector<std::pair<std::uint32_t, bool>>>(
                 rc::gen::pair(rc::gen::inRange(0U, 300U), rc::gen::arbitrary<bool>()))) {
            kept ? bits.insert(number) : bits.erase(number);
            kept ? void(set.insert(number)) : void(set.erase(number));
        }
        const std::uint32_t from = *rc::gen::inRange(0U, 400U);
        const auto next = set.lower_bound(from);
        RC_ASSERT(bits.first_from(from) == (next == set.end() ? std::nullopt : std::optional(*next)));
        RC_ASSERT(bits.last_below(from) ==
                  (next == set.begin() ? std::nullopt : std::optional(*std::prev(next))));
        std::uint32_t n = 0;
        for (const std::uint32_t member : set) RC_ASSERT(bits.nth(n++) == member);
    });
}

TEST_CASE("a linked list keeps the order of std::list", "[core][linked_list]") {
    tests::check_property("against std::list", [] {
        Nodes nodes;
        LinkedList list;
        std::list<std::uint32_t> expected;
        for (const auto& [number, back] : *rc::gen::container<std::vector<std::pair<std::uint32_t, bool>>>(
                 rc::gen::pair(rc::gen::inRange(0U, 20U), rc::gen::arbitrary<bool>()))) {
            const auto found = std::find(expected.begin(), expected.end(), number);
            if (found != expected.end()) {
                expected.erase(found);
                list.remove(number, nodes());
            } else if (back) {
                expected.push_back(number);
                list.push_back(number, nodes());
            } else {
                expected.push_front(number);
                list.push_front(number, nodes());
            }
        }
        RC_ASSERT(nodes.order(list) == std::vector<std::uint32_t>(expected.begin(), expected.end()));
        RC_ASSERT(list.size() == expected.size());
        RC_ASSERT(list.empty() == expected.empty());
        RC_ASSERT(list.back() == (expected.empty() ? kNoNode : expected.back()));
    });
}

TEST_CASE("a slot table gives out the number that was released last, and its objects stay put",
          "[core][slot_table]") {
    SlotTable<int> table;
    const std::uint32_t first = table.allocate();
    int* const place = &table[first];
    table[first] = 7;
    for (int i = 0; i < 200; ++i) table.allocate();
    CHECK(&table[first] == place);
    CHECK(table.size() >= 201);
    table.release(first);
    CHECK(table.allocate() == first);
    CHECK(table[first] == 7);  // reused as it was left
}
