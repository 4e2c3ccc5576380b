#include "sim/fleet/metric_window.hpp"

#include "sim/fleet/backlog.hpp"
#include "sim/fleet/load_meter.hpp"
#include "sim/fleet/rate_limit.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

MetricWindow::Sample sample(double queued, double busy = 0, double ready = 0, double arrivals = 0) {
    MetricWindow::Sample made;
    made.queued = queued;
    made.busy = busy;
    made.ready = ready;
    made.arrivals = arrivals;
    return made;
}

}  // namespace

TEST_CASE("a metric averages the samples of its window", "[fleet][metric_window]") {
    MetricWindow window(1s, 3s, 0s);
    CHECK(window.visible() == nullptr);
    CHECK(window.averages().queued == 0);
    for (const double queued : {10.0, 1.0, 2.0, 6.0}) window.add(sample(queued));
    CHECK(window.averages().queued == 3);
    CHECK(window.visible()->queued == 6);
}

TEST_CASE("before a window is full, a metric averages what there is", "[fleet][metric_window]") {
    MetricWindow window(1s, 60s, 0s);
    window.add(sample(4));
    window.add(sample(8));
    CHECK(window.averages().queued == 6);
}

TEST_CASE("a lagging metric shows the newest sample that is old enough", "[fleet][metric_window]") {
    MetricWindow window(2s, 4s, 3s);  // a lag of one and a half samples is one of two
    window.add(sample(1));
    window.add(sample(2));
    CHECK(window.visible() == nullptr);
    window.add(sample(3));
    CHECK(window.visible()->queued == 1);
    window.add(sample(4));
    CHECK(window.averages().queued == 1.5);
}

TEST_CASE("a busy share is busy over ready time, and a rate is per second", "[fleet][metric_window]") {
    MetricWindow window(5s, 10s, 0s);
    CHECK(window.averages().busy_share == 0);
    window.add(sample(0, 1, 1, 10));
    window.add(sample(0, 1, 3, 20));
    CHECK(window.averages().busy_share == 0.5);
    CHECK(window.averages().arrival_rate == 3);
}

TEST_CASE("a short window averages the newest samples of the same ring", "[fleet][metric_window]") {
    Wakes wakes;
    wakes.window = 4s;
    wakes.short_window = 2s;
    wakes.lag = 1s;
    MetricWindow window(wakes);
    for (const double queued : {8.0, 4.0, 2.0, 6.0, 99.0}) window.add(sample(queued));  // the last is too new
    CHECK(window.averages().queued == 5);                                               // (8 + 4 + 2 + 6) / 4
    CHECK(window.short_averages().queued == 4);                                         // (2 + 6) / 2
    CHECK(MetricWindow(1s, 3s, 0s).short_averages().queued == 0);
}

TEST_CASE("metrics that forget an empty pool begin anew after a whole window of it",
          "[fleet][metric_window]") {
    Wakes wakes;
    wakes.window = 4s;
    wakes.short_window = 2s;
    wakes.forgets_empty = true;
    MetricWindow window(wakes);
    window.add(sample(0));
    window.add(sample(6));
    CHECK(window.averages().queued == 6);  // what was before the first request was never written
    window.add(sample(0));
    CHECK(window.averages().queued == 6);  // and what is missing at the end does not count
    window.add(sample(0));
    window.add(sample(3));
    CHECK(window.averages().queued == 2.25);     // (6 + 0 + 0 + 3) / 4: a shorter gap counts as zeros
    CHECK(window.short_averages().queued == 3);  // for the short window, two samples are all of it
    for (int i = 0; i < 4; ++i) window.add(sample(0));
    CHECK(window.averages().queued == 0);
    window.add(sample(5));
    CHECK(window.averages().queued == 5);
}

TEST_CASE("a load meter gives the means since it was last asked", "[fleet][load_meter]") {
    LoadMeter meter(SimTime{-1s});
    meter.advance(SimTime{0s}, 4, 0);
    meter.advance(SimTime{1s}, 2, 3);
    const LoadMeter::Means first = meter.take();
    CHECK(first.queued == 3);       // (4 x 1 s + 2 x 1 s) / 2 s
    CHECK(first.in_flight == 1.5);  // 3 x 1 s / 2 s
    meter.advance(SimTime{5s}, 1, 0);
    CHECK(meter.take().queued == 1);
}

TEST_CASE("a bucket holds one minute's allowance and fills as time goes by", "[fleet][rate_limit]") {
    TokenBucket bucket(60.0);
    CHECK(bucket.has(60, SimTime{0s}));
    CHECK_FALSE(bucket.has(61, SimTime{0s}));
    bucket.take(60);
    CHECK_FALSE(bucket.has(6, SimTime{5s}));
    CHECK(bucket.has(6, SimTime{6s}));
    CHECK_FALSE(bucket.has(61, SimTime{1h}));
}

TEST_CASE("a refused request takes nothing from either allowance", "[fleet][rate_limit]") {
    RateLimitSpec spec;
    spec.requests_per_minute = 2;
    spec.tokens_per_minute = 100;
    RateLimit limit(spec);
    CHECK(limit.admit(60, SimTime{0s}));
    CHECK_FALSE(limit.admit(60, SimTime{0s}));  // tokens
    CHECK(limit.admit(40, SimTime{0s}));        // the second request of two
    CHECK_FALSE(limit.admit(0, SimTime{0s}));   // requests
}

TEST_CASE("without limits everything is let in", "[fleet][rate_limit]") {
    RateLimit limit(RateLimitSpec{});
    for (int i = 0; i < 1000; ++i) REQUIRE(limit.admit(1e9, SimTime{0s}));
}

TEST_CASE("a backlog says how many were open in each quarter of the traffic", "[fleet][backlog]") {
    Backlog backlog;
    CHECK(backlog.quarters() == std::array<double, 4>{});
    for (int i = 0; i < 400; ++i) backlog.look(static_cast<std::uint64_t>(i / 100), SimTime{100ms * i});
    CHECK(backlog.quarters() == std::array<double, 4>{0, 1, 2, 3});
}

TEST_CASE("a long run's backlog keeps few samples and the same quarters", "[fleet][backlog]") {
    Backlog backlog;
    constexpr int kLooks = 1 << 17;
    for (int i = 0; i < kLooks; ++i) {
        backlog.look(static_cast<std::uint64_t>(i / (kLooks / 4)), SimTime{100ms * i});
    }
    const std::array<double, 4> quarters = backlog.quarters();
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(quarters[i] == tests::Approx(static_cast<double>(i)).margin(0.01));
}

TEST_CASE("a backlog does not look at the warm-up", "[fleet][backlog]") {
    Backlog backlog;
    for (int i = -1000; i < 0; ++i) backlog.look(99, SimTime{100ms * i});
    for (int i = 0; i < 8; ++i) backlog.look(1, SimTime{100ms * i});
    CHECK(backlog.quarters() == std::array<double, 4>{1, 1, 1, 1});
}
