#include "policies/scale/idle_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

IdleHistogram::IdleHistogram(const IdleHistogramSettings& settings)
    : settings_(settings), counts_(static_cast<std::size_t>(settings.bins)) {}

void IdleHistogram::add(Duration idle) {
    const std::int64_t bin = idle / settings_.bin_width;
    if (bin >= settings_.bins) {
        ++outside_;
        return;
    }
    ++counts_[static_cast<std::size_t>(bin)];
    ++inside_;
}

std::optional<IdleHistogram::Windows> IdleHistogram::windows() const {
    if (!represents())
        return std::nullopt;
    // The head is rounded down to its bin's beginning, the tail up to its bin's end.
    const auto begin = static_cast<double>(bin_of(settings_.head));
    const auto end = static_cast<double>(bin_of(settings_.tail) + 1);
    const double width = to_seconds(settings_.bin_width);
    return Windows{from_seconds((1 - settings_.margin) * begin * width),
                   from_seconds((1 + settings_.margin) * end * width)};
}

bool IdleHistogram::represents() const {
    if (inside_ == 0 || inside_ + outside_ < static_cast<std::uint64_t>(settings_.least_count))
        return false;
    const double outside = static_cast<double>(outside_) / static_cast<double>(inside_ + outside_);
    if (outside > settings_.most_outside)
        return false;
    const auto bins = static_cast<double>(counts_.size());
    const double mean = static_cast<double>(inside_) / bins;
    double squares = 0;
    for (const std::uint32_t count : counts_) squares += (count - mean) * (count - mean);
    return std::sqrt(squares / bins) / mean >= settings_.least_cv;
}

std::size_t IdleHistogram::bin_of(double quantile) const {
    const double wanted = quantile * static_cast<double>(inside_);
    double below = 0;
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) {
        below += counts_[bin];
        if (counts_[bin] > 0 && below >= wanted)
            return bin;
    }
    return counts_.size() - 1;
}

}  // namespace spillway
