#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/views.hpp"

namespace spillway {

/// The samples that a platform's metrics keep of a pool: a ring that reaches back window + lag.
class MetricWindow {
public:
    struct Sample {
        double queued = 0;
        double in_flight = 0;
        double arrivals = 0;  ///< since the sample before
        double busy = 0;
        double ready = 0;
        int idle = 0;
        int idle_expired = 0;
        Duration oldest_wait{0};
    };

    MetricWindow() = default;
    MetricWindow(Duration period, Duration window, Duration lag);

    void add(const Sample& sample);

    /// The newest sample that is at least `lag` old; nullptr before there is one.
    const Sample* visible() const noexcept;
    /// Averages over the window that ends there.
    PoolMetrics averages() const noexcept;

private:
    std::size_t visible_end() const noexcept { return count_ > lag_samples_ ? count_ - lag_samples_ : 0; }
    const Sample& at(std::size_t number) const noexcept { return ring_[number % ring_.size()]; }

    Duration period_{std::chrono::seconds{1}};
    std::size_t window_samples_ = 1;
    std::size_t lag_samples_ = 0;
    std::vector<Sample> ring_;
    std::size_t count_ = 0;
};

}  // namespace spillway
