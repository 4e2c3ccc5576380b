// When policies are called, what they see, and what becomes of their decisions.
#include "sim/core/error.hpp"
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

Wakes live() {
    Wakes wakes;
    wakes.live = true;
    return wakes;
}

std::vector<SimTime> times(const Diary& diary, Trigger why) {
    std::vector<SimTime> list;
    for (const auto& [trigger, at] : diary.calls) {
        if (trigger == why)
            list.push_back(at);
    }
    return list;
}

FleetSpec watched(Wakes wakes, Diary& diary, int workers, Duration horizon = 20s) {
    FleetSpec spec = one_pool(noted(wakes, diary, [workers](const PoolView& view, Trigger why) {
        return why == Trigger::kStart ? workers : view.present();
    }));
    spec.horizon = SimTime{horizon};
    return spec;
}

}  // namespace

TEST_CASE("a policy is called at the start, and for nothing that it did not ask for", "[fleet][control]") {
    Diary diary;
    const Run run(watched(live(), diary, 1), {request_at(1s, 5s), request_at(2s, 5s)});
    CHECK(diary.calls == std::vector<std::pair<Trigger, SimTime>>{{Trigger::kStart, SimTime{0s}}});
}

TEST_CASE("a policy hears of requests without a slot, of freed slots and of idle workers",
          "[fleet][control]") {
    Wakes wakes = live();
    wakes.unserved = true;
    wakes.freed = true;
    wakes.idle_for = 4s;
    Diary diary;
    const Run run(watched(wakes, diary, 1), {request_at(1s, 5s), request_at(2s, 3s)});
    CHECK(times(diary, Trigger::kUnserved) == std::vector<SimTime>{SimTime{2s}});
    CHECK(times(diary, Trigger::kFreed) == std::vector<SimTime>{SimTime{6s}, SimTime{9s}});
    CHECK(times(diary, Trigger::kIdle) == std::vector<SimTime>{SimTime{13s}});
    CHECK(diary.views.back().idle_expired == 1);
}

TEST_CASE("a policy hears of every request before it has a slot", "[fleet][control]") {
    Wakes wakes = live();
    wakes.arrived = true;
    Diary diary;
    const Run run(watched(wakes, diary, 1), {request_at(1s, 5s), request_at(2s, 3s)});
    CHECK(times(diary, Trigger::kArrived) == std::vector<SimTime>{SimTime{1s}, SimTime{2s}});
    CHECK(diary.views[1].in_flight == 0);
    CHECK(diary.views[2].in_flight == 1);
    CHECK(diary.views[2].queued == 0);
}

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

TEST_CASE("a policy hears of a request that was turned away", "[fleet][control]") {
    Wakes wakes = live();
    wakes.unserved = true;
    Diary diary;
    FleetSpec spec = watched(wakes, diary, 0);
    spec.pools.front().queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(3s, 1s)});
    CHECK(times(diary, Trigger::kUnserved) == std::vector<SimTime>{SimTime{3s}});
}

TEST_CASE("a policy hears of each request that has waited for the age it named", "[fleet][control]") {
    Wakes wakes = live();
    wakes.queue_age = 4s;
    Diary diary;
    const Run run(watched(wakes, diary, 1), {request_at(0s, 7s), request_at(1s, 1s), request_at(5s, 1s)});
    CHECK(times(diary, Trigger::kQueueAge) == std::vector<SimTime>{SimTime{5s}});  // the last waits 3 s
}

TEST_CASE("a policy hears of workers that turn ready, not of starts that fail", "[fleet][control]") {
    Wakes wakes = live();
    wakes.ready = true;
    Diary diary;
    FleetSpec spec = watched(wakes, diary, 2);
    spec.pools.front().starts_empty = true;
    spec.pools.front().startup = startup({{StartPhase::kWeights, 3s}}, {0, 1});
    spec.pools.front().start_retry = 5s;
    const Run run(std::move(spec), {});
    CHECK(times(diary, Trigger::kReady).empty());
    CHECK(times(diary, Trigger::kUnserved) ==
          std::vector<SimTime>{SimTime{8s}});  // asked again: it is short of two
}

TEST_CASE("ticks come at their period, from an offset within the first", "[fleet][control]") {
    Wakes wakes = live();
    wakes.tick = 3s;
    Diary diary;
    const Run run(watched(wakes, diary, 0), {});
    const std::vector<SimTime> ticks = times(diary, Trigger::kTick);
    REQUIRE(ticks.size() >= 6);
    CHECK(ticks.front() < SimTime{3s});
    for (std::size_t i = 1; i < ticks.size(); ++i) CHECK(ticks[i] - ticks[i - 1] == 3s);
}

TEST_CASE("under ticks alone, at zero workers, every request ends", "[fleet][control]") {
    Wakes wakes = live();
    wakes.tick = 3s;
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger) {
        ScaleDecision decision;
        decision.target = view.queued > 0 ? 1 : 0;
        return decision;
    }));
    spec.pools.front().startup = startup({{StartPhase::kWeights, 2s}});
    const Run run(std::move(spec), {request_at(0s, 1s), request_at(100s, 1s)});
    REQUIRE(run.log.requests.size() == 2);
    for (const RequestRecord& request : run.log.requests) {
        CHECK(request.outcome == Outcome::kCompleted);
        CHECK(request.part(LatencyPart::kLoad) == 2s);
        CHECK(request.exposed);  // the start that its wait caused
        CHECK(request.total() <= 6s);
    }
}

TEST_CASE("a later wish to be woken replaces the earlier one", "[fleet][control]") {
    Wakes wakes = live();
    wakes.unserved = true;
    std::vector<SimTime> woken;
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(wakes, [&](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.target = view.present();
        if (why == Trigger::kStart)
            decision.wake_at = SimTime{5s};
        if (why == Trigger::kUnserved)
            decision.wake_at = SimTime{8s};
        if (why == Trigger::kWakeAt)
            woken.push_back(view.now);
        return decision;
    }));
    spec.horizon = SimTime{20s};
    const Run run(std::move(spec), {request_at(1s, 1s)});
    CHECK(woken == std::vector<SimTime>{SimTime{8s}});
}

TEST_CASE("a policy that would be called for ever at one instant is an error", "[fleet][control]") {
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(live(), [](const PoolView& view, Trigger) {
        ScaleDecision decision;
        decision.wake_at = view.now;
        return decision;
    }));
    ListSource source({request_at(0s, 1s)});
    Fleet fleet(std::move(spec), source);
    CHECK_THROWS_WITH(fleet.run(), tests::contains_text("before any time has passed"));
}

TEST_CASE("a negative target is an error that names the pool", "[fleet][control]") {
    FleetSpec spec = one_pool(fixed(-1));
    ListSource source({request_at(0s, 1s)});
    Fleet fleet(std::move(spec), source);
    CHECK_THROWS_WITH(fleet.run(),
                      tests::contains_text("pool gpu") && tests::contains_text("asked for -1 workers"));
}

TEST_CASE("a target above the limit is clamped and counted while it lasts", "[fleet][control]") {
    FleetSpec spec = one_pool(scheduled({{0s, 1}, {5s, 7}, {9s, 6}, {12s, 4}}), 3);
    spec.pools.front().excess = 1;
    spec.horizon = SimTime{20s};
    const Run run(std::move(spec), {});
    CHECK(run.usage().peak_workers == 4);
    CHECK(run.usage().clamped == 2);
    CHECK(run.usage().at_limit == 7s);
    REQUIRE(run.log.decisions.size() == 3);
    CHECK(run.log.decisions[1].wanted == 7);
    CHECK(run.log.decisions[1].after == 4);
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

TEST_CASE("idle time is called after the floor, the buffer and the policy's own reason", "[fleet][control]") {
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(live(), [](const PoolView&, Trigger) {
        ScaleDecision decision;
        decision.target = 5;
        decision.floor = 2;
        decision.buffer = 1;
        decision.idle_reason = IdleReason::kHeadroom;
        return decision;
    }));
    spec.horizon = SimTime{10s};
    // From 4 to 6 s one worker is busy: it counts towards the floor.
    const Run run(std::move(spec), {request_at(4s, 2s)});
    CHECK(run.usage().idle_floor == 2 * 8s + 1 * 2s);
    CHECK(run.usage().idle_buffer == 10s);
    CHECK(run.usage().idle_headroom == 2 * 10s);
    CHECK(run.usage().idle_timeout == 0s);
}

TEST_CASE("a fleet policy that leaves a pool alone leaves it at its limit", "[fleet][control]") {
    class OnePool final : public FleetPolicy {
    public:
        Wakes wakes(PoolId) const override {
            Wakes wakes = live();
            wakes.unserved = true;
            return wakes;
        }
        void decide(FleetView, PoolId where, Trigger why, std::span<ScaleDecision> decisions) override {
            if (why == Trigger::kStart)
                decisions[where.value].target = where.value == 0 ? 9 : 1;
        }
    };
    FleetSpec spec = one_pool(nullptr, 2);
    spec.pools.push_back(std::move(one_pool(nullptr, 2).pools.front()));
    spec.policy = std::make_unique<OnePool>();
    class ToSecond final : public PoolRoute {
    public:
        Route route(const RequestView&, FleetView) override { return {PoolId{1}, std::nullopt, 0s, false}; }
        bool looks_at_request_only() const override { return true; }
    };
    spec.route = std::make_unique<ToSecond>();
    spec.horizon = SimTime{20s};
    const Run run(std::move(spec), {request_at(5s, 4s), request_at(6s, 1s)});
    CHECK(run.usage(0).at_limit == 20s);
}

TEST_CASE("a spec that contradicts itself is an error with the pool's name", "[fleet][control]") {
    const auto refuse = [](auto change, const std::string& problem) {
        FleetSpec spec = one_pool(fixed(1));
        change(spec.pools.front());
        ListSource source({});
        CHECK_THROWS_WITH(Fleet(std::move(spec), source), tests::contains_text(problem));
    };
    refuse([](PoolSpec& pool) { pool.concurrency = 0; }, "pool gpu");
    refuse([](PoolSpec& pool) { pool.min_workers = 2000; }, "contradict each other");
    refuse([](PoolSpec& pool) { pool.gpus_per_worker = 2; }, "does not fit an instance of 1");
}
