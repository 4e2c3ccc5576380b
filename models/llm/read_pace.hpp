#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/ticks.hpp"

namespace spillway {

/// How far behind an engine its readers are. All of them read at one pace, a token a period p at most: token
/// j of a sequence, the tokens of which were made at t_1, t_2, ..., has been read at max(t_i + (j - i) p)
/// over i <= j, which is the largest of its t_i - i p, plus j p.
///
/// The sequences that decode get a token in each decode iteration, so that one record of those iterations
/// stands for all of them: it keeps the points of t(J) - J p, by the count J of decode iterations, that are
/// the largest from some count on.
class ReadPace {
public:
    explicit ReadPace(Ticks period) noexcept : period_(period) {}

    /// t - J p.
    Ticks lead(Ticks at, std::uint64_t count) const noexcept { return at - period_ * Ticks{count}; }

    /// Iteration `count` ended at `at`. In a run of iterations of which none is shorter than the one before
    /// it only the first and the last need to be noted: t(J) is convex in J. In order of their counts.
    void note(std::uint64_t count, Ticks at) {
        const Ticks now = lead(at, count);
        while (!points_.empty() && points_.back().lead <= now) points_.pop_back();
        points_.push_back({count, now});
    }

    /// The largest t(J) - J p of the iterations after `count`. Requires that one was noted, and that all
    /// since then were and are.
    Ticks largest_after(std::uint64_t count) const noexcept {
        const auto later = [](std::uint64_t value, const Point& point) { return value < point.count; };
        return std::upper_bound(points_.begin(), points_.end(), count, later)->lead;
    }

    std::size_t size() const noexcept { return points_.size(); }
    void clear() noexcept { points_.clear(); }

private:
    struct Point {
        std::uint64_t count;
        Ticks lead;
    };

    Ticks period_;
    std::vector<Point> points_;  // counts rise, leads fall
};

}  // namespace spillway
