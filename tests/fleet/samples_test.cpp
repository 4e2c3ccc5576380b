// What policies see that are not live: samples, means over a window, a lag.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

TEST_CASE("samples are an instant's counts, or means over the time between two", "[fleet][control]") {
    // One worker. From 0.5 s to 0.75 s one request runs; from 2 s to 4 s one runs and until 3 s another
    // waits.
    const std::vector<Arrival> sent{request_at(500ms, 250ms), request_at(2s, 1s), request_at(2s, 1s)};
    Wakes wakes;
    wakes.tick = 1s;
    wakes.window = 4s;
    Diary instants;
    const Run at_instants(watched(wakes, instants, 1, 8s), sent);
    wakes.time_weighted = true;
    Diary means;
    const Run over_time(watched(wakes, means, 1, 8s), sent);
    // Whatever the tick's offset, the call between 4 s and 5 s sees the samples at 1, 2, 3 and 4 s.
    REQUIRE(means.views.size() == instants.views.size());
    std::size_t call = 1;
    while (means.calls[call].second <= SimTime{4s}) ++call;
    CHECK(means.views[call].metrics.in_flight == (0.25 + 2) / 4);
    CHECK(means.views[call].metrics.queued == 1.0 / 4);
    CHECK(instants.views[call].metrics.in_flight == (0 + 1 + 1 + 0) / 4.0);
    CHECK(instants.views[call].metrics.queued == 1.0 / 4);
    // The counts beside the averages are the instant's, never a mean cut to a whole number.
    for (std::size_t i = 0; i < means.views.size(); ++i) {
        CHECK(means.views[i].queued == instants.views[i].queued);
        CHECK(means.views[i].in_flight == instants.views[i].in_flight);
    }
}

TEST_CASE("time-weighted samples add up to the time that requests waited and ran", "[fleet][control]") {
    // Two workers; service times and gaps of odd milliseconds, so that many requests begin and end within a
    // sample.
    std::vector<Arrival> sent;
    Duration service{0};
    for (int i = 0; i < 60; ++i) {
        const Duration one = 31ms * (i % 17 + 1);
        sent.push_back(request_at(137ms * i, one));
        service += one;
    }
    Wakes wakes;
    wakes.tick = 1s;
    wakes.window = 1s;
    wakes.time_weighted = true;
    Diary diary;
    const Run run(watched(wakes, diary, 2, 60s), sent);
    Duration total{0};
    for (const RequestRecord& request : run.log.requests) total += request.total();
    // Each tick sees one more sample of a second.
    double running = 0;
    double waiting = 0;
    for (const PoolView& view : diary.views) {
        running += view.metrics.in_flight;
        waiting += view.metrics.queued;
    }
    CHECK(total > service);
    CHECK(running == tests::Approx(to_seconds(service)));
    CHECK(waiting == tests::Approx(to_seconds(total - service)));
}

TEST_CASE("a policy that is not live sees the metrics of its window, as old as the lag", "[fleet][control]") {
    // Samples at 1, 2, 3 .. s. One request in service from 0.5 to 4.5 s, another one waiting from 1.5 s.
    Wakes wakes;
    wakes.ready = true;
    wakes.sample_period = 1s;
    wakes.window = 2s;
    wakes.lag = 1s;
    Diary diary;
    FleetSpec spec = one_pool(noted(wakes, diary, [](const PoolView&, Trigger) { return 1; }));
    spec.horizon = SimTime{20s};
    spec.classes.emplace_back();
    const Run opening(std::move(spec), {request_at(500ms, 4s)});
    CHECK(diary.views.front().in_flight == 0);

    Diary later;
    wakes.ready = false;
    wakes.freed = true;  // called at 4.5 s: the newest sample of at least 1 s is that of 3 s
    FleetSpec second = one_pool(noted(wakes, later, [](const PoolView&, Trigger) { return 1; }));
    second.horizon = SimTime{20s};
    const Run run(std::move(second), {request_at(500ms, 4s), request_at(2500ms, 1s)});
    REQUIRE(times(later, Trigger::kFreed).front() == SimTime{4500ms});
    const PoolView& view = later.views[1];
    CHECK(view.in_flight == 1);
    CHECK(view.queued == 1);
    CHECK(view.oldest_wait == 500ms);
    CHECK(view.metrics.queued == 0.5);  // none at 2 s, one at 3 s
    CHECK(view.metrics.in_flight == 1);
    CHECK(view.metrics.arrival_rate == 0.5);  // one arrival between 1 and 3 s
    CHECK(view.metrics.busy_share == 1);
}
