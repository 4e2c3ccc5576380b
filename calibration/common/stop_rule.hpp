#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "calibration/common/order_statistics.hpp"

namespace spillway {

/// When a point has been measured often enough. Seconds are of the wall clock, with what lies between
/// samples.
struct StopRule {
    double precision = 0.01;  ///< half the median's 95 % interval, as a share of the median
    std::size_t least = 10;   ///< samples; fewer than 6 give no interval
    std::size_t most = 1000;
    double floor_seconds = 0.02;  ///< no stop before, however steady: clocks and caches settle
    double ceiling_seconds = 2;   ///< a stop, however unsteady, once there are two samples
};

enum class StopReason : std::uint8_t {
    kPrecise,  ///< the interval is narrow enough
    kMost,     ///< the most samples are taken
    kCeiling,  ///< the time is up
};

/// "precise", "most samples", "out of time": as sample files have it.
std::string_view stop_reason_name(StopReason reason) noexcept;

/// Samples of one point as they come, and whether more are wanted. Owned by whoever measures the point.
class Sampling {
public:
    explicit Sampling(const StopRule& rule) : rule_(rule) {}

    /// Takes a sample, at so many seconds since the first one began. Requires: not stopped.
    void add(double sample, double elapsed_seconds);
    /// Empty: more are wanted.
    std::optional<StopReason> stopped() const noexcept { return stopped_; }
    const std::vector<double>& samples() const noexcept { return samples_; }
    OrderStatistics statistics() const { return order_statistics(samples_); }

private:
    std::optional<StopReason> judge(double elapsed_seconds);

    StopRule rule_;
    std::vector<double> samples_;
    std::optional<StopReason> stopped_;
    std::size_t next_look_ = 0;  // sorting after every sample would take longer than short samples
};

}  // namespace spillway
