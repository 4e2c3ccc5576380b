// Workers from asked for to gone: opening sizes, drains, failed and cancelled starts, supplies, instances.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

FleetSpec until(Duration horizon, std::unique_ptr<ScalePolicy> policy, int max_workers = 10) {
    FleetSpec spec = one_pool(std::move(policy), max_workers);
    spec.horizon = SimTime{horizon};
    return spec;
}

/// 10 s from nothing to ready.
FleetSpec starting(Duration horizon, std::unique_ptr<ScalePolicy> policy,
                   std::vector<std::uint64_t> failing = {}) {
    FleetSpec spec = until(horizon, std::move(policy));
    spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}}, std::move(failing));
    return spec;
}

const WorkerLife& life(const Run& run, std::uint64_t nth) {
    for (const WorkerLife& found : run.log.lives) {
        if (found.nth == nth)
            return found;
    }
    throw std::out_of_range("no such life");
}

}  // namespace

TEST_CASE("a steady pool has its opening size ready from the beginning", "[fleet][lifecycle]") {
    const Run run(starting(100s, fixed(2)), {});
    CHECK(run.usage().idle_headroom == 200s);
    CHECK(run.in_state(WorkerState::kStarting) == 0s);
}

TEST_CASE("an empty pool starts its opening size", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, fixed(2));
    spec.pools.front().starts_empty = true;
    const Run run(std::move(spec), {});
    CHECK(run.usage().idle_headroom == 180s);
    CHECK(run.in_state(WorkerState::kStarting) == 20s);
    CHECK(run.usage().starts == 2);
}

TEST_CASE("a pool is never smaller than its minimum", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, scheduled({{0s, 0}, {20s, 3}, {60s, 0}}));
    spec.pools.front().min_workers = 1;
    const Run run(std::move(spec), {});
    CHECK(run.usage().idle_timeout == 100s + 2 * 30s);  // ready at 30 s, gone at 60 s
}

TEST_CASE("a busy worker that must go finishes what it has and takes nothing new", "[fleet][lifecycle]") {
    const Run run(until(100s, scheduled({{0s, 1}, {2s, 0}})), {request_at(0s, 5s), request_at(3s, 1s)});
    CHECK(run.total(0) == 5s);
    CHECK(run.request(1).outcome == Outcome::kTimedOut);
    CHECK(run.in_state(WorkerState::kBusy) == 2s);
    CHECK(run.in_state(WorkerState::kDraining) == 3s);
    CHECK(life(run, 0).end == LifeEnd::kStopped);
}

TEST_CASE("at the drain limit what is left fails", "[fleet][lifecycle]") {
    const Run run(until(100s, scheduled({{0s, 1}, {2s, 0}}, VictimOrder::kIdleThenBusy, 2s)),
                  {request_at(0s, 50s)});
    CHECK(run.request(0).outcome == Outcome::kFailed);
    CHECK(run.request(0).reason == "its worker was stopped at the drain limit");
    CHECK(run.request(0).delivered == SimTime{4s});
    CHECK(run.usage().failed_slot_time == 4s);
}

TEST_CASE("a worker that finishes before its drain limit is left in peace", "[fleet][lifecycle]") {
    const Run run(until(100s, scheduled({{0s, 1}, {2s, 0}, {4s, 1}}, VictimOrder::kIdleThenBusy, 20s)),
                  {request_at(0s, 3s), request_at(5s, 60s)});
    CHECK(run.request(1).outcome == Outcome::kCompleted);  // though its worker has the same number
}

TEST_CASE("stopping takes its time, and nothing is served meanwhile", "[fleet][lifecycle]") {
    FleetSpec spec = until(100s, scale_to_zero(4s));
    spec.pools.front().stop_time = 3s;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.in_state(WorkerState::kIdle) == 4s);
    CHECK(run.in_state(WorkerState::kStopping) == 3s);
    CHECK(life(run, 0).at == SimTime{8s});
}

TEST_CASE("a start whose requests are gone runs on and idles out", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, scale_to_zero(5s));
    spec.classes.front().patience = Distribution::constant(3);
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kAbandoned);
    CHECK(run.in_state(WorkerState::kStarting) == 10s);
    CHECK(run.in_state(WorkerState::kIdle) == 5s);
    CHECK(run.usage().cancelled_starts == 0);
}

TEST_CASE("a start whose requests are gone is cancelled where the pool says so", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, scale_to_zero(5s));
    spec.classes.front().patience = Distribution::constant(3);
    spec.pools.front().cancel_starting = true;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.in_state(WorkerState::kStarting) == 3s);
    CHECK(run.in_state(WorkerState::kIdle) == 0s);
    CHECK(run.usage().cancelled_starts == 1);
    CHECK(life(run, 0).end == LifeEnd::kCancelled);
}

TEST_CASE("a start that failed is tried again after start_retry, though nobody waits", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, fixed(1), {0});
    spec.pools.front().starts_empty = true;
    spec.pools.front().start_retry = 7s;
    const Run run(std::move(spec), {});
    CHECK(run.usage().failed_starts == 1);
    CHECK(run.usage().idle_headroom == 100s - 27s);
    CHECK(life(run, 0).end == LifeEnd::kFailed);
}

TEST_CASE("a start without supply waits for its GPU", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, scheduled({{0s, 1}, {30s, 0}}));
    spec.pools.push_back(std::move(starting(100s, fixed(1)).pools.front()));
    spec.supplies.push_back({"zone", 1, true, {}, {}});
    for (PoolSpec& pool : spec.pools) pool.supply = 0;
    const Run run(std::move(spec), {});
    CHECK(run.usage(0).idle_timeout == 30s);
    CHECK(run.in_state(WorkerState::kAsked, 1) == 30s);
    CHECK(run.in_state(WorkerState::kStarting, 1) == 10s);
    CHECK(run.usage(1).idle_headroom == 60s);
}

TEST_CASE("a start without supply fails where it may not wait, and is tried again", "[fleet][lifecycle]") {
    FleetSpec spec = starting(100s, scheduled({{0s, 1}, {25s, 0}}));
    spec.pools.push_back(std::move(starting(100s, fixed(1)).pools.front()));
    spec.supplies.push_back({"zone", 1, false, {}, {}});
    for (PoolSpec& pool : spec.pools) pool.supply = 0;
    spec.pools[1].start_retry = 10s;
    const Run run(std::move(spec), {});
    CHECK(run.usage(1).failed_starts == 3);  // at 0, 10 and 20 s
    CHECK(run.usage(1).idle_headroom == 100s - 40s);
}

TEST_CASE("workers share an instance: one acquires the node, all pay for their GPUs", "[fleet][lifecycle]") {
    FleetSpec spec = until(100s, scheduled({{0s, 2}, {50s, 1}, {60s, 0}}));
    PoolSpec& pool = spec.pools.front();
    pool.starts_empty = true;
    pool.gpus_per_worker = 2;
    pool.gpus_per_instance = 8;
    pool.startup = startup({{StartPhase::kAcquire, 10s}, {StartPhase::kWeights, 5s}});
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAcquiring) == 20s);
    CHECK(run.in_state(WorkerState::kStarting) == 10s);
    REQUIRE(run.log.instances.size() == 1);
    const InstanceLife& instance = run.log.instances.front();
    CHECK(instance.acquiring == 10s);
    CHECK(instance.held == 50s);
    CHECK(instance.gpus == 8);
    CHECK(instance.gpu_time == 2 * (40s + 50s));
}

TEST_CASE("a worker on an instance that runs already acquires no node", "[fleet][lifecycle]") {
    FleetSpec spec = until(100s, scheduled({{0s, 1}, {20s, 2}}));
    PoolSpec& pool = spec.pools.front();
    pool.starts_empty = true;
    pool.gpus_per_instance = 2;
    pool.startup = startup({{StartPhase::kAcquire, 10s}, {StartPhase::kWeights, 5s}});
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAcquiring) == 10s);
    CHECK(run.in_state(WorkerState::kIdle) == 85s + 75s);
}

TEST_CASE("when the worker that acquires a node fails, the next one acquires it", "[fleet][lifecycle]") {
    FleetSpec spec = until(100s, scheduled({{0s, 2}, {4s, 1}}, VictimOrder::kStartingFirst));
    PoolSpec& pool = spec.pools.front();
    pool.starts_empty = true;
    pool.gpus_per_instance = 2;
    pool.startup = startup({{StartPhase::kAcquire, 10s}, {StartPhase::kWeights, 5s}});
    // The newest start goes: it was the one that waited for the node.
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAcquiring) == 10s + 4s);
    CHECK(run.in_state(WorkerState::kIdle) == 85s);
    REQUIRE(run.log.instances.size() == 1);
    CHECK(run.log.instances.front().acquiring == 10s);
}

TEST_CASE("room that a worker leaves on an instance goes to one that waits for GPUs", "[fleet][lifecycle]") {
    FleetSpec spec = until(100s, scheduled({{0s, 3}, {30s, 2}}));
    PoolSpec& pool = spec.pools.front();
    pool.gpus_per_instance = 2;
    pool.supply = 0;
    pool.startup = startup({{StartPhase::kWeights, 5s}});
    spec.supplies.push_back({"zone", 2, true, {}, {}});
    // Two workers run; the third waits. One of the two stops at 30 s.
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAsked) == 30s);
    CHECK(run.in_state(WorkerState::kIdle) == 30s + 100s + 65s);
    CHECK(run.log.instances.size() == 1);
}

TEST_CASE("the newest worker goes first where the order says so", "[fleet][lifecycle]") {
    const Run run(until(100s, scheduled({{0s, 3}, {10s, 1}}, VictimOrder::kNewest)), {});
    CHECK(life(run, 0).end == LifeEnd::kRunning);
    CHECK(life(run, 1).end == LifeEnd::kStopped);
    CHECK(life(run, 2).end == LifeEnd::kStopped);
}

TEST_CASE("idle workers only: busy ones stay, however small the target", "[fleet][lifecycle]") {
    const Run run(until(100s, scheduled({{0s, 2}, {10s, 0}}, VictimOrder::kIdleOnly)), {request_at(5s, 20s)});
    CHECK(run.total(0) == 20s);
    CHECK(run.in_state(WorkerState::kDraining) == 0s);
    CHECK(run.in_state(WorkerState::kBusy) == 20s);
}
