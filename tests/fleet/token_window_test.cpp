#include "sim/fleet/token_window.hpp"

#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;

namespace {

struct Gap {
    Ticks length;
    Ticks end;
    bool operator==(const Gap&) const = default;
};

std::vector<Gap> one_by_one(const TokenGaps& gaps) {
    std::vector<Gap> list;
    Ticks end = gaps.begin;
    Ticks length = gaps.first;
    for (std::uint64_t i = 0; i < gaps.iterations; ++i, length += gaps.growth)
        list.push_back({length, end += length});
    return list;
}

}  // namespace

TEST_CASE("a run of gaps is cut to a window as its gaps one by one are", "[fleet][tokens]") {
    tests::check_property("window", [] {
        TokenGaps gaps;
        gaps.first = *rc::gen::inRange(1, 1000);
        gaps.growth = *rc::gen::inRange(0, 20);
        gaps.iterations = *rc::gen::inRange<std::uint64_t>(1, 60);
        gaps.sequences = 7;
        gaps.begin = *rc::gen::inRange(-80'000, 40'000);
        gaps.end = gaps.begin + gaps.time(gaps.iterations);
        std::vector<Gap> all = one_by_one(gaps);
        // Any moment, or the very end of a gap.
        const auto moment = [&] {
            return *rc::gen::inRange(0, 2) == 0 ? Ticks{*rc::gen::inRange(-40'000, 40'000)}
                                                : all[*rc::gen::inRange<std::size_t>(0, all.size())].end;
        };
        Ticks from = moment();
        Ticks to = moment();
        if (to < from)
            std::swap(from, to);
        std::vector<Gap> expected;
        for (const Gap& gap : all) {
            if (gap.end >= from && gap.end < to)
                expected.push_back(gap);
        }
        const TokenGaps cut = ending_between(gaps, from, to);
        RC_ASSERT(cut.sequences == 7U);
        RC_ASSERT(one_by_one(cut) == expected);
        RC_ASSERT(cut.end == cut.begin + cut.time(cut.iterations));
    });
}
