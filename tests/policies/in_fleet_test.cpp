// The policies inside a real fleet: timelines worked out by hand, with measured service times and constant
// starts.
#include <fmt/format.h>

#include "sim/core/parse_units.hpp"
#include "tests/fleet/support/fakes.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolSpec pool_of(std::string name, int max_workers, Duration start) {
    PoolSpec pool;
    pool.name = std::move(name);
    pool.max_workers = max_workers;
    pool.service = std::make_unique<testing::MeasuredServiceFactory>();
    pool.startup = std::make_unique<testing::SeriesStartup>(
        std::vector<std::pair<StartPhase, Duration>>{{StartPhase::kWeights, start}});
    return pool;
}

/// One pool of up to 10 workers, one slot each, that start in 10 s.
FleetSpec one_pool(std::string_view policy, Duration horizon) {
    FleetSpec spec;
    spec.classes.emplace_back().name = "chat";
    spec.pools.push_back(pool_of("pool", 10, 10s));
    spec.pools.front().scale = scale_policy(policy);
    spec.horizon = SimTime{horizon};
    return spec;
}

/// A base of one worker and a cloud of up to 10 that start in 3 s, under a spike buffer.
FleetSpec hybrid(const std::string& rule, Duration horizon) {
    FleetSpec spec;
    spec.classes.emplace_back().name = "chat";
    spec.pools.push_back(pool_of("base", 1, 10s));
    spec.pools.push_back(pool_of("cloud", 10, 3s));
    const std::vector<PoolFacts> pools{{"base", 1, 0, 1}, {"cloud", 1, 0, 10}};
    const std::vector<std::string> classes{"chat"};
    FleetSetup setup = make_fleet_policy(
        config(R"({"name": "spike-buffer", "base": "base", "buffer": "cloud", "base_workers": 1,
                   "idle_timeout": "20s", )" +
               rule + "}"),
        {pools, classes, {}});
    spec.policy = std::move(setup.policy);
    spec.route = std::move(setup.route);
    spec.horizon = SimTime{horizon};
    return spec;
}

/// Three types of GPUs, whose workers start in 3 s, 5 s and 8 s.
FleetSpec fallback() {
    FleetSpec spec;
    spec.classes.emplace_back().name = "chat";
    spec.pools.push_back(pool_of("fast", 10, 3s));
    spec.pools.push_back(pool_of("slow", 10, 5s));
    spec.pools.push_back(pool_of("slower", 10, 8s));
    const std::vector<PoolFacts> pools{{"fast", 1, 0, 10}, {"slow", 1, 0, 10}, {"slower", 1, 0, 10}};
    const std::vector<std::string> classes{"chat"};
    FleetSetup setup = make_fleet_policy(
        config(R"({"name": "gpu-fallback", "pools": ["fast", "slow", "slower"], "idle_timeout": "20s"})"),
        {pools, classes, {}});
    spec.policy = std::move(setup.policy);
    spec.route = std::move(setup.route);
    spec.horizon = SimTime{100s};
    return spec;
}

struct Run {
    Run(FleetSpec spec, const std::vector<Duration>& arrivals, Duration service)
        : source(testing::arrivals_at(arrivals, service)), fleet(std::move(spec), source), log(fleet) {
        fleet.run();
    }
    /// "0s pool 0 0->1 requests against slots", a line a decision.
    std::vector<std::string> decisions() const {
        std::vector<std::string> lines;
        for (const DecisionRecord& decision : log.decisions) {
            lines.push_back(fmt::format("{} pool {} {}->{} {}",
                                        format_duration(decision.at.time_since_epoch()), decision.pool.value,
                                        decision.before, decision.after, decision.rule));
        }
        return lines;
    }
    Duration total(std::uint64_t origin) const { return log.request(origin).total(); }
    std::uint32_t pool(std::uint64_t origin) const { return log.request(origin).pool.value().value; }

    testing::ListSource source;
    Fleet fleet;
    testing::Log log;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("in a fleet, scale-to-zero starts for a request and stops after the time-out",
          "[policies][in_fleet]") {
    // The request waits 10 s for its worker and runs 2 s; the worker idles from 17 s to 77 s.
    const Run run(one_pool(R"("scale-to-zero")", 200s), {5s}, 2s);
    CHECK(run.total(0) == 12s);
    CHECK(run.decisions() ==
          Lines{"5s pool 0 0->1 requests against slots", "77s pool 0 1->0 idle time-out, in s"});
    CHECK(run.fleet.usage({0}).idle_timeout == 60s);
}

TEST_CASE("in a fleet, a queue delay adds a worker for the second request when it has waited",
          "[policies][in_fleet]") {
    const Run run(one_pool(R"({"name": "scale-to-zero", "queue_delay": "4s"})", 200s), {0s, 1s}, 30s);
    // At 4 s the first request is old, but its worker is on its way for both to see: two requests need two
    // workers.
    CHECK(run.decisions() ==
          Lines{"0s pool 0 0->1 requests against slots", "5s pool 0 1->2 longest wait, in s",
                "100s pool 0 2->1 idle time-out, in s", "105s pool 0 1->0 idle time-out, in s"});
    CHECK(run.total(0) == 40s);
    CHECK(run.total(1) == 44s);
}

TEST_CASE("in a fleet, keep-warm holds its minimum and a spare while active", "[policies][in_fleet]") {
    const Run run(one_pool(R"({"name": "keep-warm", "min": 1, "buffer": 1})", 400s), {100s}, 5s);
    CHECK(run.total(0) == 5s);
    const Lines lines = run.decisions();
    // The minimum is there from the start. A look within a second of the arrival starts the spare; the pool
    // turns quiet at 105 + 60 s, when the first worker has idled for 60 s too, and the spare goes on as the
    // minimum.
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "0s pool 0 0->1 minimum of workers kept warm");
    CHECK_THAT(lines[1], contains_text("pool 0 1->2 workers needed and spare while active"));
    CHECK(run.log.decisions[1].at > SimTime{100s});
    CHECK(run.log.decisions[1].at <= SimTime{101s});
    CHECK(lines[2] == "165s pool 0 2->1 idle time-out, in s");
    CHECK(run.fleet.usage({0}).idle_timeout == 0s);
}

TEST_CASE("in a fleet, a schedule changes its size on the wall clock", "[policies][in_fleet]") {
    FleetSpec spec = one_pool(R"({"name": "schedule",
        "entries": [{"from": "08:00", "workers": 3}, {"from": "08:01", "workers": 1}]})",
                              120s);
    spec.wall_clock = *parse_wall_clock("2026-03-02T07:59:30");
    const Run run(std::move(spec), {0s}, 1s);
    CHECK(run.decisions() == Lines{"0s pool 0 0->1 scheduled number of workers",
                                   "30s pool 0 1->3 scheduled number of workers",
                                   "90s pool 0 3->1 scheduled number of workers"});
    // One worker for 119 of 120 s, and two more from 40 s (ready) to 90 s.
    CHECK(run.fleet.usage({0}).idle_headroom == 119s + 2 * 50s);
}

TEST_CASE("in a fleet, a late spike buffer takes what waited, and the first slot serves it",
          "[policies][in_fleet]") {
    // Three requests of 10 s at once: the base takes one. At 2 s the others overflow, for whom two workers
    // start until 5 s. The cloud idles from 15 s to 35 s.
    const Run run(hybrid(R"("queue_age": "2s")", 100s), {0s, 0s, 0s}, 10s);
    CHECK(run.decisions() ==
          Lines{"0s pool 0 0->1 fixed number of workers", "2s pool 1 0->1 requests against slots",
                "2s pool 1 1->2 requests against slots", "35s pool 1 2->0 idle time-out, in s"});
    CHECK(run.total(0) == 10s);
    CHECK(run.total(1) == 15s);
    CHECK(run.total(2) == 15s);
    CHECK(run.fleet.usage({0}).overflowed == 2);
    CHECK(run.fleet.usage({0}).idle_headroom == 90s);
    CHECK(run.fleet.usage({1}).idle_timeout == 2 * 20s);
}

TEST_CASE("in a fleet, a late spike buffer lets the base win the race", "[policies][in_fleet]") {
    // The base is free at 4 s, the worker that was started at 2 s is ready at 5 s and finds nothing to do.
    const Run run(hybrid(R"("queue_age": "2s")", 100s), {0s, 0s}, 4s);
    CHECK(run.total(1) == 8s);
    CHECK(run.pool(1) == 0);
    CHECK(run.decisions().back() == "25s pool 1 1->0 idle time-out, in s");
}

TEST_CASE("in a fleet, an early spike buffer moves the request, and counts that the base was sooner",
          "[policies][in_fleet]") {
    const Run run(hybrid(R"("queue_age": "2s", "mode": "early")", 100s), {0s, 0s}, 4s);
    CHECK(run.total(1) == 9s);  // 5 s until the cloud's worker is ready
    CHECK(run.pool(1) == 1);
    CHECK(run.fleet.usage({0}).overflowed_base_sooner == 1);
}

TEST_CASE("in a fleet, the queue length of the base sends later requests over at once",
          "[policies][in_fleet]") {
    const Run run(hybrid(R"("when": "base-queue-length", "queue_length": 1, "mode": "early")", 100s),
                  {0s, 0s, 1s}, 20s);
    CHECK(run.pool(1) == 0);  // nobody waited before it
    CHECK(run.pool(2) == 1);
    CHECK(run.total(2) == 23s);
}

TEST_CASE("in a fleet, a busy share below 100% leaves slots of the base free", "[policies][in_fleet]") {
    FleetSpec spec = hybrid(R"("when": "base-busy-share", "busy_share": "50%", "mode": "early")", 100s);
    spec.pools[0].concurrency = 2;
    const Run run(std::move(spec), {0s, 1s}, 10s);
    CHECK(run.pool(0) == 0);
    CHECK(run.pool(1) == 1);  // one of two slots was taken
    CHECK(run.total(1) == 13s);
}

TEST_CASE("in a fleet, a fallback starts the next GPU type when the preferred one runs out",
          "[policies][in_fleet]") {
    // One GPU of the first type, whose workers start in 3 s; those of the second start in 5 s. The second
    // request's start is refused at once, so that it is served from 5 s on by the other type.
    FleetSpec spec = fallback();
    spec.supplies.push_back({"fast GPUs", 1, false, {}, {}});
    spec.pools[0].supply = 0;
    const Run run(std::move(spec), {0s, 0s}, 10s);
    CHECK(run.decisions() ==
          Lines{"0s pool 0 0->1 requests against slots", "0s pool 1 0->1 requests against slots",
                "33s pool 0 1->0 idle time-out, in s", "35s pool 1 1->0 idle time-out, in s"});
    CHECK(run.pool(0) == 0);
    CHECK(run.total(0) == 13s);
    CHECK(run.pool(1) == 1);
    CHECK(run.total(1) == 15s);
}

TEST_CASE("in a fleet, who waits already goes to the third GPU type when the first two run out",
          "[policies][in_fleet]") {
    // The first two have one GPU between them, which the first request takes on the first type. The others
    // find that out one after the other, and are served by the third type from 8 s on.
    FleetSpec spec = fallback();
    spec.supplies.push_back({"better GPUs", 1, false, {}, {}});
    spec.pools[0].supply = spec.pools[1].supply = 0;
    const Run run(std::move(spec), {0s, 0s, 0s}, 30s);
    CHECK(run.pool(0) == 0);
    CHECK(run.total(0) == 33s);
    for (const std::uint64_t origin : {1U, 2U}) {
        CHECK(run.pool(origin) == 2);
        CHECK(run.total(origin) == 38s);
    }
    CHECK(run.fleet.usage({0}).overflowed == 0);
}

TEST_CASE("in a fleet, a fallback starts a worker for each request that waits in one queue only",
          "[policies][in_fleet]") {
    // As stages with a pool of their own do.
    FleetSpec spec = fallback();
    const std::vector<PoolFacts> pools{{"fast", 1, 0, 10}, {"slow", 1, 0, 10}, {"slower", 1, 0, 10}};
    spec.route = make_pool_route(config(R"({"name": "single", "pool": "fast"})"), {pools, {}, {}});
    const Run run(std::move(spec), {0s, 0s, 0s}, 10s);
    for (std::uint64_t origin = 0; origin < 3; ++origin) CHECK(run.total(origin) == 13s);
}
