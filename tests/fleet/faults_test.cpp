// Workers that die, hosts and zones that fail, starts that find nothing or take too long.
#include "tests/fleet/support/mishaps.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// The zone is out from 50 s to 150 s.
FleetSpec out_at_50(std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = in_one_zone(400s, std::move(policy));
    spec.zones.front().outages = {{SimTime{50s}, 100s}};
    spec.pools.front().on_worker_lost = OnWorkerLost::kRequeue;
    return spec;
}

FleetSpec slow_starts(Duration time, Duration init_timeout, Duration horizon) {
    FleetSpec spec = in_one_zone(horizon, fixed(1));
    spec.pools.front().starts_empty = true;
    spec.pools.front().startup = startup({{StartPhase::kWeights, time}});
    spec.pools.front().init_timeout = init_timeout;
    return spec;
}

}  // namespace

TEST_CASE("an outage takes every worker of the zone at once, and starts wait for its end",
          "[fleet][faults]") {
    const Run run(out_at_50(fixed(2)), {request_at(40s, 20s)});
    CHECK(run.usage().lost_workers[Setback::kOutage] == 2);
    CHECK(run.part(0, LatencyPart::kLost) == 10s);
    CHECK(run.part(0, LatencyPart::kColdStart) == 100s);  // a wait for supply counts as acquire
    CHECK(run.request(0).delivered == SimTime{170s});
    CHECK(run.request(0).setbacks[Setback::kOutage] == 1);
    CHECK(run.in_state(WorkerState::kAsked) == 200s);
}

// Asked for at 50 s and every 10 s: ten starts fail, the one at 150 s finds the zone back.
TEST_CASE("starts during an outage fail where the supply says so", "[fleet][faults]") {
    FleetSpec spec = out_at_50(fixed(1));
    spec.supplies.front().wait_when_short = false;
    const Run run(std::move(spec), {});
    CHECK(run.usage().failed_starts == 10);
    CHECK(run.in_state(WorkerState::kIdle) == 50s + 250s);
}

// 10 s after the first failure, then 20 s, then 40 s, and no more than that: 50, 60, 80, 120; 160 s succeeds.
TEST_CASE("the time between starts grows with each that failed, up to its limit", "[fleet][faults]") {
    FleetSpec spec = out_at_50(fixed(1));
    spec.supplies.front().wait_when_short = false;
    spec.pools.front().start_backoff = {2, 40s, 0};
    const Run run(std::move(spec), {});
    CHECK(run.usage().failed_starts == 4);
    CHECK(run.in_state(WorkerState::kIdle) == 50s + 240s);
}

TEST_CASE("jitter moves the next start within its bounds", "[fleet][faults]") {
    FleetSpec spec = out_at_50(fixed(1));
    spec.zones.front().outages = {{SimTime{50s}, 1s}};
    spec.supplies.front().wait_when_short = false;
    spec.pools.front().start_backoff = {1, std::nullopt, 0.5};
    const Run run(std::move(spec), {});
    const SummedTime without = SummedTime{400s} - run.in_state(WorkerState::kIdle);
    CHECK(run.usage().failed_starts == 1);
    CHECK(without >= 5s);
    CHECK(without <= 15s);
    CHECK(without != 10s);
}

TEST_CASE("starts wait until a stock-out's slot is over, running workers notice nothing", "[fleet][faults]") {
    FleetSpec spec = in_one_zone(1h, scheduled({{0s, 1}, {15s, 2}}));
    spec.zones.front().stock_out = StockOutSpec{0.5, 10s};
    for (spec.seed.seed = 1;; ++spec.seed.seed) {
        World world(spec.seed, spec.zones, SimTime{});
        const auto sells = [&](Duration at) { return world.sells({0}, Market::kOnDemand, SimTime{at}); };
        if (sells(0s) && !sells(10s) && !sells(20s) && sells(30s))
            break;
    }
    const Run run(std::move(spec), {request_at(0s, 100s)});
    CHECK(run.total(0) == 100s);
    CHECK(run.in_state(WorkerState::kAsked) == 15s);  // from 15 s to 30 s
}

TEST_CASE("a start's time-out can leave the pull out", "[fleet][faults]") {
    const auto failed = [](bool after_pull) {
        FleetSpec spec = slow_starts(6s, 7s, 20s);
        spec.pools.front().startup = startup({{StartPhase::kPull, 10s}, {StartPhase::kWeights, 6s}});
        spec.pools.front().init_timeout_after_pull = after_pull;
        const Run run(std::move(spec), {});
        CHECK(run.usage().timed_out_starts == run.usage().failed_starts);
        return run.usage().failed_starts;
    };
    CHECK(failed(true) == 0);
    CHECK(failed(false) == 1);  // at 7 s; the next begins at 17 s
}

TEST_CASE("a supply launches one instance in its interval", "[fleet][faults]") {
    FleetSpec spec = in_one_zone(100s, fixed(3));
    spec.pools.front().starts_empty = true;
    spec.supplies.front().launch_interval = 12s;
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAsked) == 12s + 24s);
}

TEST_CASE("workers that were there before are no launches", "[fleet][faults]") {
    FleetSpec spec = in_one_zone(100s, fixed(3));
    spec.supplies.front().launch_interval = 12s;
    CHECK(Run(std::move(spec), {}).in_state(WorkerState::kIdle) == 300s);
}

// Fails at 7 s, is tried again at 17 s.
TEST_CASE("a start that takes longer than the init time-out has failed", "[fleet][faults]") {
    const Run run(slow_starts(10s, 7s, 20s), {});
    CHECK(run.usage().failed_starts == 1);
    CHECK(run.in_state(WorkerState::kStarting) == 7s + 3s);
}

TEST_CASE("a start that is ready at its init time-out serves", "[fleet][faults]") {
    const Run run(slow_starts(10s, 10s, 20s), {});
    CHECK(run.usage().failed_starts == 0);
    CHECK(run.in_state(WorkerState::kIdle) == 10s);
}

TEST_CASE("a worker crashes alone, and its place is filled", "[fleet][faults]") {
    const OneStrike strike("crash/gpu", 1 / 3600.0);
    FleetSpec spec = in_one_zone(1h, fixed(1));
    spec.seed = strike.seed;
    spec.pools.front().crash_rate = 1 / 3600.0;
    spec.pools.front().on_worker_lost = OnWorkerLost::kRequeue;
    const Run run(std::move(spec), {request_at(strike.at - SimTime{} - 10s, 30s)});
    CHECK(run.usage().lost_workers[Setback::kCrashed] == 1);
    CHECK(run.log.lives.front().at == strike.at);
    CHECK(run.log.lives.front().end == LifeEnd::kFailed);
    CHECK(run.part(0, LatencyPart::kLost) == 10s);
    CHECK(run.part(0, LatencyPart::kQueue) == 0s);
    CHECK(run.total(0) == 40s);
    CHECK(run.request(0).setbacks[Setback::kCrashed] == 1);
}

// Two workers on the only host: both die, and both are back when it is.
TEST_CASE("a host takes all its workers with it and comes back empty", "[fleet][faults]") {
    const OneStrike strike("host fault", 1 / 3600.0);
    NotedStartup::Notes notes;
    FleetSpec spec = in_one_zone(1h, fixed(2));
    spec.seed = strike.seed;
    spec.hosts.push_back({"host", 2, ZoneId{0}, HostFaultSpec{1 / 3600.0, Distribution::constant(60)}});
    spec.supplies.front().hosts = {HostId{0}};
    spec.pools.front().startup = std::make_unique<NotedStartup>(Phases{}, notes);
    const Run run(std::move(spec), {});
    CHECK(run.usage().lost_workers[Setback::kHostFault] == 2);
    CHECK(run.in_state(WorkerState::kAsked) == 120s);
    CHECK(run.in_state(WorkerState::kIdle) == 2h - 120s);
    REQUIRE(notes.lost.size() == 1);
    CHECK(notes.lost.front() == std::pair(HostId{0}, strike.at));
}

TEST_CASE("workers move to another host while one is down", "[fleet][faults]") {
    const OneStrike strike("host fault", 1 / 3600.0);
    FleetSpec spec = in_one_zone(1h, fixed(2));
    spec.seed = strike.seed;
    spec.hosts.push_back({"frail", 2, ZoneId{0}, HostFaultSpec{1 / 3600.0, Distribution::constant(7200)}});
    spec.hosts.push_back({"spare", 2, ZoneId{0}});
    spec.supplies.front().hosts = {HostId{0}, HostId{1}};
    const Run run(std::move(spec), {});
    CHECK(run.usage().lost_workers[Setback::kHostFault] == 2);
    CHECK(run.in_state(WorkerState::kIdle) == 2h);
}

// Two workers of one GPU each share an instance of two: with one notice both are gone.
TEST_CASE("an instance that is lost takes each of its workers", "[fleet][faults]") {
    FleetSpec spec = out_at_50(fixed(2));
    spec.pools.front().gpus_per_instance = 2;
    const Run run(std::move(spec), {request_at(40s, 20s), request_at(40s, 20s)});
    CHECK(run.usage().lost_workers[Setback::kOutage] == 2);
    REQUIRE(run.log.instances.size() == 2);
    CHECK(run.log.instances.front().end == LifeEnd::kFailed);
    CHECK(run.log.instances.front().held == 50s);
    CHECK(run.request(1).delivered == SimTime{170s});
}
