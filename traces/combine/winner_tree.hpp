#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// Finds the earliest of k moments, any of which may change: a winner tree, so that a change costs log2(k)
/// comparisons without a branch to mispredict.
class WinnerTree {
public:
    explicit WinnerTree(std::size_t size)
        : leaves_(std::bit_ceil(size)), times_(leaves_, SimTime::max()), winners_(2 * leaves_) {
        for (std::size_t i = 0; i < leaves_; ++i) winners_[leaves_ + i] = static_cast<std::uint32_t>(i);
        for (std::size_t node = leaves_ - 1; node >= 1; --node) play(node);
    }

    /// SimTime::max() means: none.
    void set(std::size_t index, SimTime time) noexcept {
        times_[index] = time;
        for (std::size_t node = (leaves_ + index) / 2; node >= 1; node /= 2) play(node);
    }
    SimTime time(std::size_t index) const noexcept { return times_[index]; }
    /// The index of the earliest moment; of equal ones the lowest.
    std::size_t winner() const noexcept { return winners_[1]; }
    SimTime earliest() const noexcept { return times_[winners_[1]]; }

private:
    void play(std::size_t node) noexcept {
        const std::uint32_t left = winners_[2 * node];
        const std::uint32_t right = winners_[2 * node + 1];
        winners_[node] = times_[right] < times_[left] ? right : left;
    }

    std::size_t leaves_;
    std::vector<SimTime> times_;  // SimTime::max(): none
    std::vector<std::uint32_t> winners_;
};

}  // namespace spillway
