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

TEST_CASE("a policy hears of a request that was turned away", "[fleet][control]") {
    Wakes wakes = live();
    wakes.unserved = true;
    Diary diary;
    FleetSpec spec = watched(wakes, diary, 0);
    spec.pools.front().queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(3s, 1s)});
    CHECK(times(diary, Trigger::kUnserved) == std::vector<SimTime>{SimTime{3s}});
    CHECK(diary.views.back().queued == 1);  // as if it waited
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
