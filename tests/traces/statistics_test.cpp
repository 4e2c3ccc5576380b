#include "traces/statistics.hpp"

#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"
#include "traces/arrival_bins.hpp"
#include "traces/log_histogram.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// Hands out what the test wrote down.
class Listed final : public RequestSource {
public:
    explicit Listed(std::vector<Arrival> arrivals) : arrivals_(std::move(arrivals)) {}
    std::optional<SimTime> next_time() override {
        return next_ < arrivals_.size() ? std::optional(arrivals_[next_].at) : std::nullopt;
    }
    void pop(Arrival& arrival) override { arrival = arrivals_[next_++]; }

private:
    std::vector<Arrival> arrivals_;
    std::size_t next_ = 0;
};

TrafficStatistics statistics_of(const std::vector<Duration>& moments, const StatisticsOptions& options = {}) {
    std::vector<Arrival> arrivals;
    for (const Duration at : moments) {
        Arrival& arrival = arrivals.emplace_back();
        arrival.at = SimTime{at};
        arrival.input_tokens = static_cast<std::uint32_t>(arrivals.size());
        arrival.output_tokens = 10;
    }
    Listed source(std::move(arrivals));
    return collect_statistics(source, options);
}

TEST_CASE("counts, span, rates and peaks of a small traffic", "[traces][statistics]") {
    const auto stats = statistics_of({10s, 10500ms, 11s, 69999ms, 70s, 190s});
    CHECK(stats.requests == 6);
    CHECK(stats.first == SimTime{10s});
    CHECK(stats.last == SimTime{190s});
    CHECK(stats.mean_rate == Approx(6.0 / 180));
    CHECK(stats.peak_per_second == 2);
    CHECK(stats.peak_per_minute == 4);
    CHECK(stats.peak_length == 1min);
    CHECK(stats.input_tokens.p50 == 3);
    CHECK(stats.input_tokens.max == 6);
    CHECK(stats.output_tokens.mean == 10);
}

TEST_CASE("dispersion is the variance over the mean of the counts, empty bins included",
          "[traces][statistics]") {
    // Whole seconds hold 2, 0, 0, 2: mean 1, variance 1.
    CHECK(statistics_of({0s, 0s, 3s, 3s, 4s}).dispersion_1s == Approx(1));
    CHECK(statistics_of({0s, 1s, 2s, 3s}).dispersion_1s == Approx(0).margin(1e-12));
    CHECK(statistics_of({0s, 100ms}).dispersion_1s == 0);
}

TEST_CASE("gaps are described, and the longest is placed", "[traces][statistics]") {
    const auto stats = statistics_of({0s, 1s, 3s, 6s});
    CHECK(stats.gap_seconds.mean == Approx(2));
    CHECK(stats.gap_seconds.min == Approx(1));
    CHECK(stats.gap_seconds.p50 == Approx(2).epsilon(0.001));
    CHECK(stats.gap_seconds.max == Approx(3));
    CHECK(stats.gap_cv == Approx(std::sqrt(2.0 / 3) / 2));
    CHECK(stats.longest_gap_begin == SimTime{3s});
}

TEST_CASE("what scaling to zero would pay for is the part of gaps beyond each time-out",
          "[traces][statistics]") {
    const auto stats = statistics_of({0h, 1h, 24h - 4s, 24h});
    // Gaps: 1 h, 23 h less 4 s, 4 s.
    CHECK(stats.idle[0].timeout == 5s);
    CHECK(stats.idle[0].gaps == 2);
    CHECK(stats.idle[0].hours_per_day == Approx(24 - (4 + 2 * 5) / 3600.0));
    CHECK(stats.idle[3].timeout == 15min);
    CHECK(stats.idle[3].hours_per_day == Approx(24 - 4 / 3600.0 - 0.5));
}

TEST_CASE("the chart covers the whole traffic in few bins", "[traces][statistics]") {
    std::vector<Duration> moments;
    for (int i = 0; i < 7200; ++i) moments.push_back(i * 1min);
    const auto stats = statistics_of(moments, {.service = {}, .most_chart_bins = 50});
    CHECK(stats.chart.counts.size() <= 50);
    CHECK(stats.chart.counts.size() > 25);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : stats.chart.counts) sum += count;
    CHECK(sum == 7200);
    CHECK(stats.chart.width * stats.chart.counts.size() > 7199min);
    CHECK(stats.peak_length == 7200min);
}

TEST_CASE("a series of bins doubles its width instead of growing", "[traces][statistics]") {
    ArrivalSeries series(1s, 4);
    for (const Duration offset : {0s, 1s, 3s, 4s, 17s}) series.add(offset);
    CHECK(series.width() == 8s);
    CHECK(series.counts() == std::vector<std::uint64_t>{4, 0, 1});
}

TEST_CASE("stamps on a coarse grid are found, exact or with a small jitter", "[traces][statistics]") {
    std::vector<Duration> seconds, near_grid, fine;
    for (int i = 0; i < 100; ++i) {
        seconds.push_back(i * 3 * 1s);
        near_grid.insert(near_grid.end(), 5, i * Duration(3s) + (i % 3) * 1ms);
        fine.push_back(i * Duration(1s) + i * i * 1us);
    }
    CHECK(statistics_of(seconds).stamps.step == 3s);
    CHECK(statistics_of(near_grid).stamps.step == 3s);
    CHECK(statistics_of(near_grid).stamps.distinct == 100);
    CHECK(statistics_of(near_grid).stamps.most_at_one == 5);
    CHECK_FALSE(statistics_of(fine).stamps.step);
    CHECK(statistics_of(fine).stamps.most_at_one == 1);
}

TEST_CASE("GPU demand under a stated service time, worked by hand", "[traces][statistics]") {
    // In service: [0,10), [5,15), [5,15), [40,50): concurrency 1, 3, 2, 0, 1.
    StatisticsOptions options{.service = ServiceAssumption{.seconds = 10}};
    const auto demand = statistics_of({0s, 5s, 5s, 40s}, options).demand.value();
    CHECK(demand.peak_concurrency == 3);
    CHECK(demand.peak_gpus == 3);
    CHECK(demand.mean_concurrency == Approx(40.0 / 50));
    CHECK(demand.busy_share == Approx(25.0 / 50));
    CHECK(demand.gpu_time == 40s);
    CHECK(demand.in_runs_under_30s == Approx(1));

    options.service->requests_per_gpu = 2;
    const auto shared = statistics_of({0s, 5s, 5s, 40s}, options).demand.value();
    CHECK(shared.peak_gpus == 2);
    CHECK(shared.gpu_time == 15s + 5s + 10s);
}

TEST_CASE("GPU time is split by the length of each GPU's runs", "[traces][statistics]") {
    // A new request each 10 s for a day, each of 15 s: the first GPU never stops, the second runs 5 s at a
    // time.
    std::vector<Duration> moments;
    for (int i = 0; i < 8640; ++i) moments.push_back(i * 10s);
    const StatisticsOptions options{.service = ServiceAssumption{.seconds = 15}};
    const auto demand = statistics_of(moments, options).demand.value();
    CHECK(demand.peak_concurrency == 2);
    CHECK(demand.busy_share == Approx(1));
    CHECK(demand.in_runs_of_4h == Approx(2.0 / 3).epsilon(0.001));
    CHECK(demand.in_runs_under_30s == Approx(1.0 / 3).epsilon(0.001));
}

TEST_CASE("service is linear in tokens, and a measured time comes first", "[traces][statistics]") {
    std::vector<Arrival> arrivals(2);
    arrivals[0].input_tokens = 100;
    arrivals[0].output_tokens = 10;
    arrivals[1].service = 7s;
    const ServiceAssumption linear{
        .seconds = 1, .seconds_per_input_token = 0.01, .seconds_per_output_token = 0.1};
    Listed source(arrivals);
    CHECK(collect_statistics(source, {.service = linear}).demand->gpu_time == 3s + 7s);
    Listed unstated(arrivals);
    CHECK_FALSE(collect_statistics(unstated, {}).demand);
    arrivals[0].service = 2s;
    Listed measured(arrivals);
    CHECK(collect_statistics(measured, {}).demand->gpu_time == 9s);
}

TEST_CASE("clients that wait are answered after the service time", "[traces][statistics]") {
    SourceRig rig;
    const auto source = rig.make(
        R"({"source": "closed-loop", "clients": 4, "think_time": "1s", "input_tokens": 5, "output_tokens": 5,
            "duration": "400s"})");
    const auto stats = collect_statistics(*source, {.service = ServiceAssumption{.seconds = 3}});
    // Each client sends every 4 s.
    CHECK(stats.requests == 400);
    CHECK(stats.demand->peak_concurrency == 4);
}

TEST_CASE("a histogram is exact for small values and within a thousandth above", "[traces][statistics]") {
    LogHistogram histogram;
    for (std::uint64_t value = 0; value < 3000; ++value) histogram.add(value);
    histogram.add(1'000'000'007);
    CHECK(histogram.nth(0) == 0);
    CHECK(histogram.nth(2047) == 2047);
    CHECK(histogram.nth(2999) == 2998);
    CHECK(static_cast<double>(histogram.nth(3000)) == Approx(1e9).epsilon(0.001));
    LogHistogram wide;
    wide.add(~std::uint64_t{0});
    CHECK(static_cast<double>(wide.nth(0)) == Approx(1.8446744e19).epsilon(0.001));
}

}  // namespace
}  // namespace spillway::tests
