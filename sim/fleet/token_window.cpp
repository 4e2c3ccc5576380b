#include "sim/fleet/token_window.hpp"

namespace spillway {
namespace {

/// How many of the iterations end before `at`.
std::uint64_t ended_before(const TokenGaps& gaps, Ticks at) {
    std::uint64_t ended = 0;
    std::uint64_t open = gaps.iterations;
    while (open > 0) {
        const std::uint64_t half = open / 2;
        if (gaps.begin + gaps.time(ended + half + 1) < at) {
            ended += half + 1;
            open -= half + 1;
        } else {
            open = half;
        }
    }
    return ended;
}

}  // namespace

TokenGaps ending_between(const TokenGaps& gaps, Ticks from, Ticks to) {
    const std::uint64_t before = ended_before(gaps, from);
    const std::uint64_t inside = ended_before(gaps, to);
    TokenGaps cut = gaps;
    cut.first += gaps.growth * static_cast<std::int64_t>(before);
    cut.iterations = inside - before;
    cut.begin = gaps.begin + gaps.time(before);
    cut.end = gaps.begin + gaps.time(inside);
    return cut;
}

void TokenWindow::gaps(const TokenGaps& gaps) {
    const bool all_inside = gaps.begin >= 0 && (!horizon_ || floor_time(gaps.end) < *horizon_);
    if (all_inside) {
        pass_on(gaps);
        return;
    }
    const TokenGaps inside = ending_between(gaps, Ticks{0}, horizon_ ? to_ticks(*horizon_) : gaps.end + 1);
    if (inside.iterations > 0)
        pass_on(inside);
}

void TokenWindow::pass_on(const TokenGaps& gaps) {
    for (GapObserver* observer : observers_) observer->gaps(pool_, gaps);
}

}  // namespace spillway
