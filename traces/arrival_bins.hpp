#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Mean, spread and peak of arrivals counted in consecutive bins of one width, from the first arrival on.
/// Keeps no bins.
class BinMoments {
public:
    explicit BinMoments(Duration width) : width_(width) {}

    /// Requires: offsets that do not descend, from 0.
    void add(Duration offset);
    std::uint64_t peak() const noexcept;
    /// Variance over mean of the counts per bin, 1 for a Poisson process. Over whole bins: not the last
    /// arrival's own, which the traffic may end in. 0 when there is none.
    double dispersion() const noexcept;

private:
    Duration width_;
    std::int64_t bin_ = 0;
    std::uint64_t in_bin_ = 0;
    std::uint64_t sum_ = 0;
    UInt128 squares_ = 0;  // of whole bins
    std::uint64_t peak_ = 0;
};

/// Arrivals counted in consecutive bins that double in width whenever there would be too many of them.
class ArrivalSeries {
public:
    ArrivalSeries(Duration width, std::size_t most_bins) : width_(width), most_bins_(most_bins) {}

    /// Requires: offset >= 0.
    void add(Duration offset) {
        // Arrivals mostly fall into the bin of the last one, and a division costs more than the counting.
        if (offset >= bin_begin_ && offset < bin_end_) {
            ++counts_[last_];
        } else {
            add_elsewhere(offset);
        }
    }
    Duration width() const noexcept { return width_; }
    const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }
    /// Joins neighbours, so that at most `most` bins are left.
    void shrink_to(std::size_t most);

private:
    void add_elsewhere(Duration offset);
    void join(std::size_t neighbours);

    Duration width_;
    std::size_t most_bins_;
    std::vector<std::uint64_t> counts_;
    std::size_t last_ = 0;  // the bin of the last one: [bin_begin_, bin_end_)
    Duration bin_begin_{0};
    Duration bin_end_{0};
};

/// The longest unbroken time in which every bin has at least 80% of the fullest bin's arrivals.
Duration longest_near_peak(const ArrivalSeries& series);

}  // namespace spillway
