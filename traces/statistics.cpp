#include "traces/statistics.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "traces/arrival_bins.hpp"
#include "traces/traffic_meters.hpp"

namespace spillway {

namespace {

constexpr std::size_t kMostSeconds = 1 << 16;
constexpr std::size_t kMostMinutes = 1 << 16;  // 45 days; bins double beyond

class StatisticsCollector {
public:
    explicit StatisticsCollector(const StatisticsOptions& options)
        : options_(options), demand_(options.service ? options.service->requests_per_gpu : 1) {}

    void add(const Arrival& arrival) {
        if (requests_++ == 0)
            first_ = arrival.at;
        last_ = arrival.at;
        const Duration offset = arrival.at - first_;
        second_.add(offset);
        minute_.add(offset);
        seconds_.add(offset);
        minutes_.add(offset);
        gaps_.add(arrival.at);
        input_.add(arrival.input_tokens);
        output_.add(arrival.output_tokens);
        measured_ += arrival.service ? 1 : 0;
        demand_.start(arrival.at);
    }
    void finish(SimTime at) { demand_.finish(at); }

    TrafficStatistics result() {
        if (requests_ == 0)
            throw InputError("traffic", "has no requests");
        TrafficStatistics statistics;
        statistics.requests = requests_;
        statistics.first = first_;
        statistics.last = last_;
        const double span = to_seconds(last_ - first_);
        statistics.mean_rate = span == 0 ? 0 : static_cast<double>(requests_) / span;
        statistics.peak_per_second = second_.peak();
        statistics.peak_per_minute = minute_.peak();
        statistics.peak_length = longest_near_peak(minutes_);
        seconds_.shrink_to(options_.most_chart_bins);
        statistics.chart = {seconds_.width(), seconds_.counts()};
        statistics.dispersion_1s = second_.dispersion();
        statistics.dispersion_60s = minute_.dispersion();
        gaps_.report(statistics);
        statistics.input_tokens = input_.result(1);
        statistics.output_tokens = output_.result(1);
        if (options_.service || measured_ == requests_)
            statistics.demand = demand_.result();
        return statistics;
    }

private:
    StatisticsOptions options_;
    std::uint64_t requests_ = 0;
    std::uint64_t measured_ = 0;
    SimTime first_;
    SimTime last_;
    BinMoments second_{std::chrono::seconds(1)};
    BinMoments minute_{std::chrono::minutes(1)};
    ArrivalSeries seconds_{std::chrono::seconds(1), kMostSeconds};
    ArrivalSeries minutes_{std::chrono::minutes(1), kMostMinutes};
    GapMeter gaps_;
    NumberMeter input_;
    NumberMeter output_;
    GpuDemandMeter demand_;
};

}  // namespace

TrafficStatistics collect_statistics(RequestSource& source, const StatisticsOptions& options) {
    StatisticsCollector collector(options);
    UnloadedReplay replay(source, options.service);
    for (auto step = replay.next(); step != UnloadedReplay::Step::kEnd; step = replay.next()) {
        if (step == UnloadedReplay::Step::kArrival) {
            collector.add(replay.arrival());
        } else {
            collector.finish(replay.at());
        }
    }
    return collector.result();
}

}  // namespace spillway
