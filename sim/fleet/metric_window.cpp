#include "sim/fleet/metric_window.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

std::size_t samples_in(Duration window, Duration period) {
    return static_cast<std::size_t>(std::max<std::int64_t>(1, window / period));
}

}  // namespace

MetricWindow::MetricWindow(Duration period, Duration window, Duration lag) : period_(period) {
    SPILLWAY_CHECK(period > Duration::zero(), "a metric is sampled at a period above zero");
    window_samples_ = samples_in(window, period);
    lag_samples_ =
        static_cast<std::size_t>((lag + period - Duration{1}) / period);  // a lag is never shortened
    ring_.resize(window_samples_ + lag_samples_);
}

MetricWindow::MetricWindow(const Wakes& wakes) : MetricWindow(wakes.sample_period, wakes.window, wakes.lag) {
    forgets_empty_ = wakes.forgets_empty;
    if (!wakes.short_window)
        return;
    SPILLWAY_CHECK(*wakes.short_window <= wakes.window, "the short window is the shorter one");
    short_samples_ = samples_in(*wakes.short_window, period_);
}

void MetricWindow::add(const Sample& sample) {
    Entry entry;
    if (forgets_empty_ && count_ > 0)
        entry = at(count_ - 1);
    entry.sample = sample;
    if (forgets_empty_ && sample.is_empty()) {
        ++entry.empties;
    } else {
        const std::size_t gap = std::exchange(entry.empties, 0);
        const bool begins = gap == count_;
        if (begins || gap >= window_samples_)
            entry.first = count_;
        if (begins || gap >= short_samples_)
            entry.short_first = count_;
    }
    ring_[count_++ % ring_.size()] = entry;
}

const MetricWindow::Sample* MetricWindow::visible() const noexcept {
    const std::size_t end = visible_end();
    return end == 0 ? nullptr : &at(end - 1).sample;
}

PoolMetrics MetricWindow::averages() const noexcept {
    const std::size_t end = visible_end();
    return end == 0 ? PoolMetrics{} : averages(window_samples_, at(end - 1).first);
}

PoolMetrics MetricWindow::short_averages() const noexcept {
    const std::size_t end = visible_end();
    return end == 0 || short_samples_ == 0 ? PoolMetrics{}
                                           : averages(short_samples_, at(end - 1).short_first);
}

PoolMetrics MetricWindow::averages(std::size_t samples, std::size_t first) const noexcept {
    const std::size_t end = visible_end();
    const std::size_t begin = std::max(first, end - std::min(end, samples));
    const std::size_t counted = end - std::min(end, at(end - 1).empties);
    if (counted <= begin)
        return {};
    Sample sum;
    for (std::size_t i = begin; i < counted; ++i) {
        const Sample& sample = at(i).sample;
        sum.queued += sample.queued;
        sum.in_flight += sample.in_flight;
        sum.arrivals += sample.arrivals;
        sum.busy += sample.busy;
        sum.ready += sample.ready;
    }
    const auto n = static_cast<double>(counted - begin);
    return {sum.queued / n, sum.in_flight / n, sum.arrivals / (n * to_seconds(period_)),
            sum.ready > 0 ? sum.busy / sum.ready : 0};
}

}  // namespace spillway
