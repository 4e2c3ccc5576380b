// The measured window: warm-up before it, its end, and what is left over.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

class Shots final : public SnapshotObserver {
public:
    void snapshot(const PoolSnapshot& snapshot) override { list.push_back(snapshot); }
    std::vector<PoolSnapshot> list;
};

}  // namespace

TEST_CASE("warm-up is neither measured nor billed", "[fleet][window]") {
    FleetSpec spec = one_pool(scale_to_zero(60s));
    spec.begin = SimTime{-20s};
    spec.horizon = SimTime{30s};
    spec.pools.front().startup = startup({{StartPhase::kWeights, 5s}});
    const Run run(std::move(spec), {request_at(-15s, 12s), request_at(10s, 4s)});
    CHECK_FALSE(run.request(0).measured);
    CHECK(run.request(1).measured);
    CHECK(run.total(1) == 4s);  // the worker is warm
    CHECK(run.in_state(WorkerState::kStarting) == 0s);
    CHECK(run.in_state(WorkerState::kBusy) == 2s + 4s);
    CHECK(run.in_state(WorkerState::kIdle) == 24s);
    CHECK(run.usage().starts == 0);
    CHECK(run.usage().slot_time == 6s);
    REQUIRE(run.log.lives.size() == 1);
    CHECK(run.log.lives.front().began_before);
}

TEST_CASE("starts that fail for want of supply in warm-up are not counted", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(2));
    spec.begin = SimTime{-20s};
    spec.horizon = SimTime{15s};
    spec.supplies.push_back({"zone", 1, false, {}, {}});
    spec.pools.front().supply = 0;
    spec.pools.front().starts_empty = true;
    const Run run(std::move(spec), {});
    CHECK(run.usage().failed_starts == 2);  // at 0 and 10 s; not at -20 and -10 s
}

TEST_CASE("a month of ten thousand workers is summed without overflow", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(10'000), 10'000);
    spec.horizon = SimTime{720h};
    const Run run(std::move(spec), {request_at(1h, 700h)});
    CHECK(run.usage().idle_headroom == SummedTime{720h} * 10'000 - 700h);
    CHECK(run.in_state(WorkerState::kIdle) == run.usage().idle_headroom);
}

TEST_CASE("a worker that drains when the window closes has work left too", "[fleet][window]") {
    FleetSpec spec = one_pool(scheduled({{0s, 1}, {5s, 0}}, VictimOrder::kIdleThenBusy));
    spec.horizon = SimTime{10s};
    const Run run(std::move(spec), {request_at(4s, 9s)});
    CHECK(run.in_state(WorkerState::kDraining) == 5s);
    CHECK(run.usage().drain_busy == 3s);
}

TEST_CASE("worker time is billed to the horizon, requests are followed to their end", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{10s};
    const Run run(std::move(spec), {request_at(4s, 9s), request_at(5s, 2s)});
    CHECK(run.in_state(WorkerState::kBusy) == 6s);
    CHECK(run.usage().window == 10s);
    CHECK(run.request(0).delivered == SimTime{13s});
    CHECK(run.request(1).delivered == SimTime{15s});
    CHECK(run.fleet.leftover().requests == 2);
    CHECK(run.fleet.leftover().drained == 5s);
    CHECK(run.usage().drain_busy == 5s);
    REQUIRE(run.log.lives.size() == 1);
    CHECK(run.log.lives.front().end == LifeEnd::kRunning);
    CHECK(run.log.lives.front().at == SimTime{10s});
}

TEST_CASE("what arrives at the horizon is not taken", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{10s};
    const Run run(std::move(spec), {request_at(9s, 1s), request_at(10s, 1s)});
    CHECK(run.log.requests.size() == 1);
}

TEST_CASE("without a horizon the window ends a full second after the last arrival", "[fleet][window]") {
    const Run run(one_pool(fixed(1)), {request_at(0s, 1s), request_at(2500ms, 1s)});
    CHECK(run.fleet.horizon() == SimTime{3s});
    CHECK(run.fleet.leftover().requests == 1);
    CHECK(run.fleet.leftover().drained == 500ms);
}

TEST_CASE("a fleet without traffic and without a horizon is an error", "[fleet][window]") {
    ListSource source({});
    Fleet fleet(one_pool(fixed(1)), source);
    CHECK_THROWS_AS(fleet.run(), InputError);
}

TEST_CASE("slot time of an attempt that fails after the window is failed time of the window",
          "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{10s};
    spec.classes.front().timeout = 20s;
    const Run run(std::move(spec), {request_at(4s, 60s)});
    CHECK(run.request(0).delivered == SimTime{24s});
    CHECK(run.usage().slot_time == 6s);
    CHECK(run.usage().failed_slot_time == 6s);
}

TEST_CASE("nothing that a fleet does by itself keeps a run alive", "[fleet][window]") {
    // Woken each second, the policy grows and shrinks for ever.
    Wakes wakes;
    wakes.live = true;
    wakes.tick = 1s;
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger) {
        ScaleDecision decision;
        decision.target = view.present() > 0 ? 0 : 5;
        return decision;
    }));
    spec.horizon = SimTime{5s};
    const Run run(std::move(spec), {request_at(1s, 1s)});
    CHECK(run.fleet.events() < 200);
}

TEST_CASE("a snapshot is taken at the end of each second of the window", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(2));
    spec.horizon = SimTime{3s};
    ListSource source({request_at(500ms, 1s), request_at(2s, 10s)});
    Fleet fleet(std::move(spec), source);
    Shots shots;
    fleet.observe(static_cast<SnapshotObserver&>(shots));
    fleet.run();
    REQUIRE(shots.list.size() == 3);
    CHECK(shots.list[0].at == SimTime{1s});
    CHECK(shots.list[0].in_flight == 1);
    CHECK(shots.list[0].arrivals == 1);
    CHECK(shots.list[1].ended == 1);
    CHECK(shots.list[1].arrivals == 2);
    CHECK(shots.list[2].workers[static_cast<std::size_t>(WorkerState::kBusy)] == 1);
    CHECK(shots.list[2].workers[static_cast<std::size_t>(WorkerState::kIdle)] == 1);
}

TEST_CASE("busy time is told apart by the length of its spell", "[fleet][window]") {
    FleetSpec spec = one_pool(fixed(2));
    spec.horizon = SimTime{100s};
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(20s, 30s), request_at(30s, 25s)});
    CHECK(run.usage().busy_time == 10s + 35s);
    CHECK(run.usage().spell_slot_time[0] == 10s);
    CHECK(run.usage().spell_slot_time[1] == 55s);
    CHECK(run.usage().peak_in_flight == 2);
}
