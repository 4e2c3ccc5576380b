#include "sim/fleet/metric_window.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

MetricWindow::MetricWindow(Duration period, Duration window, Duration lag) : period_(period) {
    SPILLWAY_CHECK(period > Duration::zero(), "a metric is sampled at a period above zero");
    window_samples_ = static_cast<std::size_t>(std::max<std::int64_t>(1, window / period));
    lag_samples_ =
        static_cast<std::size_t>((lag + period - Duration{1}) / period);  // a lag is never shortened
    ring_.resize(window_samples_ + lag_samples_);
}

void MetricWindow::add(const Sample& sample) { ring_[count_++ % ring_.size()] = sample; }

const MetricWindow::Sample* MetricWindow::visible() const noexcept {
    const std::size_t end = visible_end();
    return end == 0 ? nullptr : &at(end - 1);
}

PoolMetrics MetricWindow::averages() const noexcept {
    const std::size_t end = visible_end();
    const std::size_t count = std::min(end, window_samples_);
    if (count == 0)
        return {};
    Sample sum;
    for (std::size_t i = end - count; i < end; ++i) {
        const Sample& sample = at(i);
        sum.queued += sample.queued;
        sum.in_flight += sample.in_flight;
        sum.arrivals += sample.arrivals;
        sum.busy += sample.busy;
        sum.ready += sample.ready;
    }
    const auto n = static_cast<double>(count);
    return {sum.queued / n, sum.in_flight / n, sum.arrivals / (n * to_seconds(period_)),
            sum.ready > 0 ? sum.busy / sum.ready : 0};
}

}  // namespace spillway
