#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/ticks.hpp"
#include "sim/core/time.hpp"
#include "sim/metrics/bin_counts.hpp"
#include "sim/metrics/ramp.hpp"
#include "sim/metrics/rank.hpp"

namespace spillway {

/// Sketches keep the values themselves while there are fewer than this, and count them in bins from then on.
constexpr std::uint64_t kExactBelow = 10'000;

/// Nearest nanosecond to sum / count. Requires: count > 0, sum >= 0.
Duration mean_of(Int128 sum, Int128 count) noexcept;

/// The distribution of durations, in constant memory: mean, minimum and maximum are exact, quantiles (nearest
/// rank) are exact below kExactBelow values and within 0.4% above. Its state depends on the values alone,
/// never on the order in which they were added or sketches merged. Where values have fractions of a
/// nanosecond (Ramp), the mean is theirs and all else that of the whole nanoseconds.
class QuantileSketch {
public:
    /// Requires: value >= 0.
    void add(Duration value) {
        SPILLWAY_CHECK(value >= Duration::zero(), "a negative duration was measured");
        if (++count_ == kExactBelow) [[unlikely]]
            bin_values();
        if (value == Duration::zero()) {
            ++zeros_;
            return;
        }
        sum_ += to_ticks(value);
        if (count_ >= kExactBelow) {
            bins_.add(value);
        } else {
            values_.push_back(value);
        }
    }
    /// The same as adding its values one by one, in time that does not grow with their number but with the
    /// bins that they fall into. Requires: no value is negative (CHECK).
    void add(const Ramp& ramp) {
        SPILLWAY_CHECK(ramp.first >= 0 && ramp.growth >= 0, "a negative duration was measured");
        const std::uint64_t values = ramp.steps * ramp.each;
        if (values == 0)
            return;
        count_ += values;
        sum_ += ramp.sum();
        if (count_ < kExactBelow) [[unlikely]] {
            keep_ramp(ramp);
            return;
        }
        if (!values_.empty()) [[unlikely]]
            bin_values();
        bin_ramp(ramp);
    }
    /// The same as adding 0 so many times.
    void add_zeros(std::uint64_t zeros);
    void merge(const QuantileSketch& other);

    std::uint64_t count() const noexcept { return count_; }
    Ticks sum() const noexcept { return sum_; }
    /// Empty when nothing was added.
    std::optional<Duration> mean() const;
    std::optional<Duration> min() const;
    std::optional<Duration> max() const;
    std::optional<Duration> quantile(Quantile quantile) const;
    /// The values at `ranks` (ascending, from 1 to count()), in one pass.
    std::vector<Duration> at_ranks(std::span<const std::uint64_t> ranks) const;

    /// Equal state: the same values give it in any order of adding and merging.
    bool operator==(const QuantileSketch& other) const;

private:
    friend class LatencyParts;  // hands over its bins

    void bin_values();
    // What is left to do for one that has values and was counted and summed.
    void keep_ramp(const Ramp& ramp);
    void bin_ramp(const Ramp& ramp);

    std::uint64_t count_ = 0;
    std::uint64_t zeros_ = 0;  // no queue, no cold start: most parts of most requests
    Ticks sum_{0};
    std::deque<Duration> values_;  // not zero; grows without copying, so that no page is touched twice
    BinCounts bins_;
};

}  // namespace spillway
