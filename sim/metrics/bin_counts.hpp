#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/metrics/log_bins.hpp"

namespace spillway {

/// How many values fell into each bin, with the smallest and the largest value.
class BinCounts {
public:
    /// Requires: value >= 0.
    void add(Duration value) {
        ++grid_.at(bin_of(value));
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
    }
    /// `count` values of one bin; their smallest and largest come from widen().
    void add_bin(std::uint32_t bin, std::uint64_t count) { grid_.at(bin) += count; }
    void widen(Duration smallest, Duration largest) {
        min_ = std::min(min_, smallest);
        max_ = std::max(max_, largest);
    }
    void merge(const BinCounts& other);

    /// Requires: something was added.
    Duration min() const noexcept { return min_; }
    Duration max() const noexcept { return max_; }

    /// For each rank (ascending, from 1) the middle of the bin that holds the value, kept within the smallest
    /// and the largest. `zeros` values of 0 come before those counted. Requires: every rank <= their total.
    std::vector<Duration> at_ranks(std::span<const std::uint64_t> ranks, std::uint64_t zeros) const;

    bool operator==(const BinCounts& other) const;

private:
    BinGrid<std::uint64_t> grid_;
    Duration min_ = Duration::max();
    Duration max_{0};
};

/// The same from the values themselves, which it reorders.
std::vector<Duration> select_ranks(std::vector<Duration>& values, std::span<const std::uint64_t> ranks,
                                   std::uint64_t zeros);

}  // namespace spillway
