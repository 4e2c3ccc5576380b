#include "traces/arrival_bins.hpp"

#include <algorithm>

namespace spillway {

void BinMoments::add(Duration offset) {
    const std::int64_t bin = offset / width_;
    if (bin != bin_) {
        squares_ += UInt128{in_bin_} * in_bin_;
        bin_ = bin;  // bins that were passed over are empty and add nothing to either sum
        in_bin_ = 0;
    }
    ++in_bin_;
    ++sum_;
    peak_ = std::max(peak_, in_bin_);
}

std::uint64_t BinMoments::peak() const noexcept { return peak_; }

double BinMoments::dispersion() const noexcept {
    const std::uint64_t in_whole_bins = sum_ - in_bin_;
    if (in_whole_bins == 0)
        return 0;
    const auto arrivals = static_cast<double>(in_whole_bins);
    return static_cast<double>(squares_) / arrivals - arrivals / static_cast<double>(bin_);
}

void ArrivalSeries::add_elsewhere(Duration offset) {
    auto bin = static_cast<std::size_t>(offset / width_);
    while (bin >= most_bins_) {
        join(2);
        bin = static_cast<std::size_t>(offset / width_);
    }
    if (bin >= counts_.size())
        counts_.resize(bin + 1);
    last_ = bin;
    bin_begin_ = static_cast<Duration::rep>(bin) * width_;
    bin_end_ = bin_begin_ + width_;
    ++counts_[bin];
}

void ArrivalSeries::shrink_to(std::size_t most) {
    if (counts_.size() > most)
        join((counts_.size() + most - 1) / most);
}

void ArrivalSeries::join(std::size_t neighbours) {
    const std::size_t joined = (counts_.size() + neighbours - 1) / neighbours;
    for (std::size_t i = 0; i < joined; ++i) {
        std::uint64_t sum = 0;
        const std::size_t end = std::min((i + 1) * neighbours, counts_.size());
        for (std::size_t j = i * neighbours; j < end; ++j) sum += counts_[j];
        counts_[i] = sum;
    }
    counts_.resize(joined);
    width_ *= static_cast<Duration::rep>(neighbours);
    bin_begin_ = bin_end_ = Duration::zero();
}

Duration longest_near_peak(const ArrivalSeries& series) {
    constexpr double kNearPeak = 0.8;
    const std::vector<std::uint64_t>& counts = series.counts();
    const double limit = kNearPeak * static_cast<double>(*std::max_element(counts.begin(), counts.end()));
    Duration::rep longest = 0;
    Duration::rep run = 0;
    for (const std::uint64_t count : counts) {
        run = static_cast<double>(count) >= limit ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest * series.width();
}

}  // namespace spillway
