#include "sim/core/linked_list.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

/// A list over sixteen nodes, and its content walked from both ends.
struct Nodes {
    std::array<ListLinks, 16> links{};
    LinkedList list;

    auto access() {
        return [this](std::uint32_t node) -> ListLinks& { return links[node]; };
    }
    std::vector<std::uint32_t> forwards() const {
        std::vector<std::uint32_t> found;
        for (std::uint32_t node = list.front(); node != kNoNode; node = links[node].next)
            found.push_back(node);
        return found;
    }
    std::vector<std::uint32_t> backwards() const {
        std::vector<std::uint32_t> found;
        for (std::uint32_t node = list.back(); node != kNoNode; node = links[node].previous)
            found.push_back(node);
        return found;
    }
};

}  // namespace

TEST_CASE("an empty list has neither front nor back", "[core][linked_list]") {
    const LinkedList list;
    REQUIRE(list.empty());
    REQUIRE(list.front() == kNoNode);
    REQUIRE(list.back() == kNoNode);
}

TEST_CASE("nodes keep the order in which they were added at either end", "[core][linked_list]") {
    Nodes nodes;
    nodes.list.push_back(3, nodes.access());
    nodes.list.push_back(5, nodes.access());
    nodes.list.push_front(1, nodes.access());
    REQUIRE(nodes.forwards() == std::vector<std::uint32_t>{1, 3, 5});
    REQUIRE(nodes.backwards() == std::vector<std::uint32_t>{5, 3, 1});
}

TEST_CASE("a removed node can be added again", "[core][linked_list]") {
    Nodes nodes;
    nodes.list.push_back(3, nodes.access());
    nodes.list.remove(3, nodes.access());
    REQUIRE(nodes.list.empty());
    nodes.list.push_front(3, nodes.access());
    REQUIRE(nodes.forwards() == std::vector<std::uint32_t>{3});
}

TEST_CASE("any adding and removing leaves the same nodes, read from either end", "[core][linked_list]") {
    Nodes nodes;
    std::vector<std::uint32_t> model;
    std::uint32_t state = 1;
    const auto draw = [&state] { return state = state * 1664525U + 1013904223U, state >> 16; };
    for (int step = 0; step < 5'000; ++step) {
        const std::uint32_t node = draw() % 16;
        const auto found = std::find(model.begin(), model.end(), node);
        if (found != model.end()) {
            nodes.list.remove(node, nodes.access());
            model.erase(found);
        } else if (draw() % 2 == 0) {
            nodes.list.push_back(node, nodes.access());
            model.push_back(node);
        } else {
            nodes.list.push_front(node, nodes.access());
            model.insert(model.begin(), node);
        }
        REQUIRE(nodes.list.size() == model.size());
        REQUIRE(nodes.forwards() == model);
        std::vector<std::uint32_t> reversed(model.rbegin(), model.rend());
        REQUIRE(nodes.backwards() == reversed);
    }
}
