#include "sim/metrics/quantile_sketch.hpp"

#include <algorithm>
#include <array>

namespace spillway {

Duration mean_of(Int128 sum, std::uint64_t count) noexcept {
    const auto divisor = static_cast<Int128>(count);
    return Duration{static_cast<std::int64_t>((sum + divisor / 2) / divisor)};
}

void QuantileSketch::add(Duration value, std::uint64_t times) {
    SPILLWAY_CHECK(value >= Duration::zero(), "a negative duration was measured");
    if (times == 0)
        return;
    if (value == Duration::zero()) {
        add_zeros(times);
        return;
    }
    count_ += times;
    sum_ += Int128{value.count()} * static_cast<Int128>(times);
    if (count_ < kExactBelow) {
        values_.insert(values_.end(), times, value);
        return;
    }
    bin_values();
    bins_.add_bin(bin_of(value), times);
    bins_.widen(value, value);
}

void QuantileSketch::add(const Ramp& ramp) {
    SPILLWAY_CHECK(ramp.first >= 0 && ramp.growth >= 0, "a negative duration was measured");
    const std::uint64_t values = ramp.steps * ramp.each;
    if (values == 0)
        return;
    if (ramp.growth == 0) {
        add(ramp.value(0), values);
        return;
    }
    if (count_ + values < kExactBelow) {
        for (std::uint64_t step = 0; step < ramp.steps; ++step) add(ramp.value(step), ramp.each);
        return;
    }
    count_ += values;
    sum_ += ramp.sum();
    bin_values();
    std::uint64_t done = ramp.steps_below(1);
    zeros_ += done * ramp.each;
    if (done == ramp.steps)
        return;
    const Duration last = ramp.value(ramp.steps - 1);
    const std::uint32_t last_bin = bin_of(last);
    bins_.widen(ramp.value(done), last);
    while (done < ramp.steps) {
        const std::uint32_t bin = bin_of(ramp.value(done));
        const std::uint64_t end = bin == last_bin ? ramp.steps : ramp.steps_below(bin_end(bin));
        bins_.add_bin(bin, (end - done) * ramp.each);
        done = end;
    }
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
    return mean_of(sum_, count_);
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
