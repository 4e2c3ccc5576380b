#include "sim/metrics/quantile_sketch.hpp"

#include <algorithm>
#include <array>

namespace spillway {

Duration mean_of(Int128 sum, Int128 count) noexcept {
    return Duration{static_cast<std::int64_t>((sum + count / 2) / count)};
}

void QuantileSketch::keep_ramp(const Ramp& ramp) {
    for (std::uint64_t step = 0; step < ramp.steps; ++step) {
        const Duration value = ramp.value(step);
        if (value == Duration::zero()) {
            zeros_ += ramp.each;
        } else {
            values_.insert(values_.end(), ramp.each, value);
        }
    }
}

void QuantileSketch::bin_ramp(const Ramp& ramp) {
    const Duration last = ramp.value(ramp.steps - 1);
    std::uint64_t done = ramp.first >> kTickBits == 0 ? ramp.steps_below(1) : 0;
    zeros_ += done * ramp.each;
    if (done == ramp.steps)
        return;
    const Duration least = ramp.value(done);
    bins_.widen(least, last);
    const std::uint32_t last_bin = bin_of(last);
    // Mostly there is one bin; each turn counts the steps that lie below the last one.
    for (std::uint32_t bin = bin_of(least); bin != last_bin; bin = bin_of(ramp.value(done))) {
        const std::uint64_t end = ramp.steps_below(bin_end(bin));
        bins_.add_bin(bin, (end - done) * ramp.each);
        done = end;
    }
    bins_.add_bin(last_bin, (ramp.steps - done) * ramp.each);
}

void QuantileSketch::add_zeros(std::uint64_t zeros) {
    count_ += zeros;
    zeros_ += zeros;
    if (count_ >= kExactBelow)
        bin_values();
}

void QuantileSketch::merge(const QuantileSketch& other) {
    count_ += other.count_;
    zeros_ += other.zeros_;
    sum_ += other.sum_;
    bins_.merge(other.bins_);
    values_.insert(values_.end(), other.values_.begin(), other.values_.end());
    if (count_ >= kExactBelow)
        bin_values();
}

void QuantileSketch::bin_values() {
    if (values_.empty())
        return;
    for (const Duration value : values_) bins_.add(value);
    values_ = {};
}

std::optional<Duration> QuantileSketch::mean() const {
    if (count_ == 0)
        return std::nullopt;
    return mean_of(sum_, Int128{count_} << kTickBits);
}

std::optional<Duration> QuantileSketch::min() const {
    if (count_ == 0)
        return std::nullopt;
    if (zeros_ > 0)
        return Duration::zero();
    return values_.empty() ? bins_.min() : *std::min_element(values_.begin(), values_.end());
}

std::optional<Duration> QuantileSketch::max() const {
    if (count_ == 0)
        return std::nullopt;
    return values_.empty() ? bins_.max() : *std::max_element(values_.begin(), values_.end());
}

std::optional<Duration> QuantileSketch::quantile(Quantile quantile) const {
    if (count_ == 0)
        return std::nullopt;
    return at_ranks(std::array{nearest_rank(quantile, count_)}).front();
}

std::vector<Duration> QuantileSketch::at_ranks(std::span<const std::uint64_t> ranks) const {
    if (count_ >= kExactBelow)
        return bins_.at_ranks(ranks, zeros_);
    std::vector<Duration> values(values_.begin(), values_.end());
    return select_ranks(values, ranks, zeros_);
}

bool QuantileSketch::operator==(const QuantileSketch& other) const {
    const auto sorted = [](const std::deque<Duration>& values) {
        std::vector<Duration> copy(values.begin(), values.end());
        std::sort(copy.begin(), copy.end());
        return copy;
    };
    return count_ == other.count_ && zeros_ == other.zeros_ && sum_ == other.sum_ && bins_ == other.bins_ &&
           sorted(values_) == sorted(other.values_);
}

}  // namespace spillway
