// When a request is given to a worker: late, to the worker that it started, or pushed on arrival.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Scale to zero, 10 s from nothing to ready.
FleetSpec starting(Binding binding, int max_workers = 10, std::vector<std::uint64_t> failing = {}) {
    FleetSpec spec = one_pool(scale_to_zero(60s), max_workers);
    spec.horizon = SimTime{200s};
    PoolSpec& pool = spec.pools.front();
    pool.binding = binding;
    pool.startup = startup({{StartPhase::kWeights, 10s}}, std::move(failing));
    return spec;
}

FleetSpec pushing(int workers, int concurrency = 1) {
    FleetSpec spec = one_pool(fixed(workers));
    spec.horizon = SimTime{200s};
    spec.pools.front().binding = Binding::kPush;
    spec.pools.front().concurrency = concurrency;
    return spec;
}

/// Every worker in turn, busy or not.
class InTurn final : public WorkerRoute {
public:
    WorkerId pick(const RequestView&, WorkerChoices& choices, RandomStream&) override {
        return choices.next_in_turn();
    }
};

}  // namespace

TEST_CASE("bound late, a request takes the first slot of any worker", "[fleet][binding]") {
    // Request 1 has a worker started, but the first worker is free at 13 s, before the second is ready.
    const Run run(starting(Binding::kLate), {request_at(0s, 3s), request_at(5s, 3s)});
    CHECK(run.total(0) == 13s);
    CHECK(run.part(1, LatencyPart::kQueue) == 3s);
    CHECK(run.part(1, LatencyPart::kLoad) == 5s);
    CHECK(run.usage().starts == 2);
}

TEST_CASE("bound to a start, a request waits for that worker and no other", "[fleet][binding]") {
    const Run run(starting(Binding::kStart), {request_at(0s, 3s), request_at(5s, 3s)});
    CHECK(run.total(0) == 13s);
    CHECK(run.total(1) == 13s);
    CHECK(run.part(1, LatencyPart::kLoad) == 10s);
    CHECK(run.request(1).exposed);
}

TEST_CASE("bound to a start, a request prefers a warm worker", "[fleet][binding]") {
    const Run run(starting(Binding::kStart), {request_at(0s, 3s), request_at(20s, 3s)});
    CHECK(run.total(1) == 3s);
    CHECK(run.usage().starts == 1);
    CHECK_FALSE(run.request(1).exposed);
}

TEST_CASE("at the limit, a request that cannot start its own worker queues for any", "[fleet][binding]") {
    const Run run(starting(Binding::kStart, 1), {request_at(0s, 3s), request_at(5s, 3s)});
    CHECK(run.total(0) == 13s);
    CHECK(run.total(1) == 11s);
}

TEST_CASE("when its start fails, a bound request waits for the next one", "[fleet][binding]") {
    FleetSpec spec = starting(Binding::kStart, 10, {0});
    spec.pools.front().start_retry = 4s;
    const Run run(std::move(spec), {request_at(0s, 3s)});
    CHECK(run.total(0) == 10s + 4s + 10s + 3s);
    CHECK(run.usage().failed_starts == 1);
    CHECK(run.usage().starts == 2);
    CHECK(run.part(0, LatencyPart::kLoad) == 10s);  // of the worker that delivered
    CHECK(run.part(0, LatencyPart::kQueue) == 14s);
}

TEST_CASE("when its start fails, a bound request takes a slot that is free by then", "[fleet][binding]") {
    // Request 0 has worker 0 from 10 to 13 s; request 1's own start fails at 15 s.
    const Run run(starting(Binding::kStart, 10, {1}), {request_at(0s, 3s), request_at(5s, 3s)});
    CHECK(run.total(1) == 13s);
    CHECK(run.request(1).worker == run.request(0).worker);
}

TEST_CASE("starts that keep failing do not renew a request's max_wait", "[fleet][binding]") {
    FleetSpec spec = starting(Binding::kStart, 10, {0, 1, 2, 3, 4, 5, 6, 7});
    spec.pools.front().queue.max_wait = 25s;
    spec.pools.front().start_retry = 5s;
    const Run run(std::move(spec), {request_at(0s, 3s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.total(0) == 25s);
}

TEST_CASE("a request whose start is cancelled by the policy is not forgotten", "[fleet][binding]") {
    FleetSpec spec = starting(Binding::kStart);
    spec.pools.front().scale = scheduled({{0s, 0}, {2s, 0}, {3s, 1}}, VictimOrder::kStartingFirst);
    spec.pools.front().start_retry = 60s;
    const Run run(std::move(spec), {request_at(1s, 3s)});
    CHECK(run.usage().cancelled_starts == 1);
    CHECK(run.request(0).outcome == Outcome::kCompleted);
    CHECK(run.request(0).delivered == SimTime{16s});
}

TEST_CASE("pushed, a request stays with the worker that it was given to", "[fleet][binding]") {
    // Both workers are busy: request 2 joins worker 0 (least loaded, last used first: the index says which),
    // and waits there though the other is free sooner.
    const Run run(pushing(2),
                  {request_at(0s, 10s), request_at(0s, 4s), request_at(1s, 1s), request_at(1s, 1s)});
    const bool second_has_long = run.request(2).worker == run.request(0).worker;
    const std::uint64_t behind_long = second_has_long ? 2 : 3;
    const std::uint64_t behind_short = second_has_long ? 3 : 2;
    CHECK(run.request(behind_long).delivered == SimTime{11s});
    CHECK(run.request(behind_short).delivered == SimTime{5s});
}

TEST_CASE("a pushed request takes a free slot at once, whatever the route looked at before",
          "[fleet][binding]") {
    FleetSpec spec = pushing(2);
    spec.pools.front().route = std::make_unique<InTurn>();
    const Run run(std::move(spec),
                  {request_at(0s, 10s), request_at(1s, 2s), request_at(4s, 1s), request_at(5s, 1s)});
    CHECK(run.total(1) == 2s);
    CHECK(run.total(2) == 7s);  // its turn is the busy one
    CHECK(run.total(3) == 1s);
}

TEST_CASE("nobody is pushed past those who came before a worker was ready", "[fleet][binding]") {
    FleetSpec spec = pushing(1);
    spec.pools.front().scale = scheduled({{0s, 0}, {3s, 1}});
    const Run run(std::move(spec), {request_at(0s, 5s), request_at(1s, 5s), request_at(4s, 5s)});
    CHECK(run.request(0).delivered == SimTime{8s});
    CHECK(run.request(1).delivered == SimTime{13s});
    CHECK(run.request(2).delivered == SimTime{18s});
}

TEST_CASE("a draining worker serves what was pushed to it", "[fleet][binding]") {
    FleetSpec spec = pushing(1);
    spec.pools.front().scale = scheduled({{0s, 1}, {2s, 0}});
    const Run run(std::move(spec), {request_at(0s, 5s), request_at(1s, 5s)});
    CHECK(run.request(0).delivered == SimTime{5s});
    CHECK(run.request(1).delivered == SimTime{10s});
    CHECK(run.in_state(WorkerState::kBusy) == 2s);
    CHECK(run.in_state(WorkerState::kDraining) == 8s);
}

TEST_CASE("at the drain limit, pushed requests fail with those in service", "[fleet][binding]") {
    FleetSpec spec = pushing(1);
    spec.pools.front().scale = scheduled({{0s, 1}, {2s, 0}}, VictimOrder::kIdleThenBusy, 1s);
    const Run run(std::move(spec), {request_at(0s, 5s), request_at(1s, 5s)});
    CHECK(run.request(0).outcome == Outcome::kFailed);
    CHECK(run.request(1).outcome == Outcome::kFailed);
    CHECK(run.request(1).delivered == SimTime{3s});
    CHECK(run.in_state(WorkerState::kDraining) == 1s);
}

TEST_CASE("requests on a draining worker are none of its pool's load, pushed ones included",
          "[fleet][binding]") {
    Wakes wakes;
    wakes.live = true;
    wakes.freed = true;
    wakes.tick = 1s;
    std::vector<PoolView> views;
    FleetSpec spec = pushing(1);
    spec.horizon = SimTime{20s};
    spec.pools.front().scale =
        std::make_unique<ScriptedPolicy>(wakes, [&views](const PoolView& view, Trigger) {
            views.push_back(view);
            ScaleDecision decision;
            decision.target = view.now < SimTime{2s} ? 1 : 0;
            decision.victims = VictimOrder::kIdleThenBusy;
            return decision;
        });
    const Run run(std::move(spec), {request_at(0s, 5s), request_at(1s, 5s)});
    CHECK(run.request(1).delivered == SimTime{10s});
    for (const PoolView& view : views) {
        if (view.now >= SimTime{3s})
            CHECK(view.in_flight == 0);
    }
}
