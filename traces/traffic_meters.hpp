#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"
#include "traces/log_histogram.hpp"
#include "traces/statistics.hpp"

namespace spillway {

/// Percentiles of whole numbers.
class NumberMeter {
public:
    void add(std::uint64_t value);
    /// Every figure times `unit`.
    Percentiles result(double unit) const;
    /// Standard deviation over mean; 0 when the mean is.
    double cv() const;
    const LogHistogram& histogram() const noexcept { return histogram_; }

private:
    LogHistogram histogram_;
    std::uint64_t min_ = 0;
    std::uint64_t max_ = 0;
    double mean_ = 0;
    double squares_ = 0;  // sum of squared deviations
};

/// Times without an arrival.
class GapMeter {
public:
    /// Requires: times that do not descend.
    void add(SimTime at);
    /// Fills in what is about gaps and time stamps. Requires: requests and the span are filled in.
    void report(TrafficStatistics& statistics) const;

private:
    std::optional<Duration> grid() const;

    NumberMeter gaps_;
    std::optional<SimTime> first_;
    SimTime last_;
    Duration longest_{};
    SimTime longest_begin_;
    std::vector<Duration> beyond_ = std::vector<Duration>(4);
    std::vector<std::uint64_t> longer_ = std::vector<std::uint64_t>(4);
    std::uint64_t at_last_ = 0;
    std::uint64_t most_at_one_ = 0;
    std::uint64_t distinct_ = 0;
    std::int64_t common_divisor_ = 0;  // of all stamps' distances, in nanoseconds
};

}  // namespace spillway
