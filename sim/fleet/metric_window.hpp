#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/scale_policy.hpp"
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
        // At the sample's instant, where queued and in_flight may be means since the sample before.
        int queued_then = 0;
        int in_flight_then = 0;

        /// No ready worker and no request: a platform has nothing to measure.
        bool is_empty() const noexcept {
            return ready == 0 && queued == 0 && in_flight == 0 && arrivals == 0;
        }
    };

    MetricWindow() = default;
    MetricWindow(Duration period, Duration window, Duration lag);
    /// With sample period, lag and both windows as the policy asked.
    explicit MetricWindow(const Wakes& wakes);

    void add(const Sample& sample);

    /// The newest sample that is at least `lag` old; nullptr before there is one.
    const Sample* visible() const noexcept;
    /// Averages over the window that ends there.
    PoolMetrics averages() const noexcept;
    /// The same over Wakes::short_window; all zero without one.
    PoolMetrics short_averages() const noexcept;

private:
    struct Entry {
        Sample sample;
        // What to leave out, where an empty pool is forgotten.
        std::size_t empties = 0;      // how many up to and with this one were empty
        std::size_t first = 0;        // number of the oldest sample that counts in the window
        std::size_t short_first = 0;  // and in the short window
    };

    PoolMetrics averages(std::size_t samples, std::size_t first) const noexcept;
    std::size_t visible_end() const noexcept { return count_ > lag_samples_ ? count_ - lag_samples_ : 0; }
    const Entry& at(std::size_t number) const noexcept { return ring_[number % ring_.size()]; }

    Duration period_{std::chrono::seconds{1}};
    std::size_t window_samples_ = 1;
    std::size_t short_samples_ = 0;
    std::size_t lag_samples_ = 0;
    bool forgets_empty_ = false;
    std::vector<Entry> ring_;
    std::size_t count_ = 0;
};

}  // namespace spillway
