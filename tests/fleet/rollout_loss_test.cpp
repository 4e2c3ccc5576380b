// What a rollout does when workers are lost under it, and what the kernel makes of starts that end early.
#include <algorithm>

#include "tests/fleet/support/mishaps.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

FleetSpec rolling(int workers, int surge, int max_unavailable) {
    FleetSpec spec = in_one_zone(200s, fixed(workers));
    spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}});
    RolloutSpec& rollout = spec.rollouts.emplace_back();
    rollout.at = SimTime{100s};
    rollout.surge = surge;
    rollout.max_unavailable = max_unavailable;
    return spec;
}

/// Twelve at the start, and then as many as there are.
std::unique_ptr<ScalePolicy> content_with_what_is() {
    Wakes wakes;
    wakes.live = true;
    return std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.target = why == Trigger::kStart ? 12 : view.present();
        return decision;
    });
}

int running(const Run& run) {
    int left = 0;
    for (const WorkerLife& life : run.log.lives) left += life.end == LifeEnd::kRunning ? 1 : 0;
    return left;
}

/// The first start acquires a node; for those after it one is at hand.
class FirstAcquires final : public StartupModel {
public:
    void begin(const StartContext& context, SimTime now, StartListener& listener) override {
        (context.nth == 0 ? first_ : rest_).begin(context, now, listener);
        first_is_open_ |= context.nth == 0;
    }
    void cancel(StartId start, SimTime now) override {
        (first_is_open_ ? first_ : rest_).cancel(start, now);
        first_is_open_ = false;
    }
    std::optional<SimTime> next_change() const override {
        const auto one = first_.next_change();
        const auto other = rest_.next_change();
        return one && other ? std::min(one, other) : one ? one : other;
    }
    void advance(SimTime now, StartListener& listener) override {
        first_.advance(now, listener);
        rest_.advance(now, listener);
    }
    double mean_seconds() const override { return rest_.mean_seconds(); }

private:
    SeriesStartup first_{{{StartPhase::kAcquire, 30s}, {StartPhase::kContainer, 2s}}};
    SeriesStartup rest_{{{StartPhase::kContainer, 2s}}};
    bool first_is_open_ = false;
};

/// Counts the workers that left in good order.
class Leavers final : public StartupModel {
public:
    explicit Leavers(int& left) : left_(left) {}
    void begin(const StartContext& context, SimTime now, StartListener& listener) override {
        inner_.begin(context, now, listener);
    }
    void cancel(StartId start, SimTime now) override { inner_.cancel(start, now); }
    std::optional<SimTime> next_change() const override { return inner_.next_change(); }
    void advance(SimTime now, StartListener& listener) override { inner_.advance(now, listener); }
    double mean_seconds() const override { return inner_.mean_seconds(); }
    void worker_left(std::optional<HostId>, std::uint32_t, SimTime) override { ++left_; }

private:
    SeriesStartup inner_{{{StartPhase::kWeights, 10s}}};
    int& left_;
};

}  // namespace

// The old worker and the one that starts in its place both die at 105 s; the zone is back at 125 s.
TEST_CASE("a rollout that loses every worker ends, and the pool comes back", "[fleet][rollout]") {
    FleetSpec spec = rolling(1, 1, 0);
    spec.supplies.front().wait_when_short = false;
    spec.zones.front().outages = {{SimTime{105s}, 20s}};
    const Run run(std::move(spec), {});
    CHECK(running(run) == 1);
    CHECK(run.usage().lost_workers[Setback::kOutage] == 2);
}

// Starts 12, 13, ... fail, one every 20 s: no worker of the old version may go for them.
TEST_CASE("starts that fail cost a rollout no ready worker", "[fleet][rollout]") {
    std::vector<std::uint64_t> failing;
    for (std::uint64_t nth = 12; nth < 100; ++nth) failing.push_back(nth);
    SECTION("with a surge all stay") {
        FleetSpec spec = rolling(12, 1, 0);
        spec.pools.front().scale = content_with_what_is();
        spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}}, failing);
        const Run run(std::move(spec), {});
        CHECK(run.usage().failed_starts >= 4);
        CHECK(run.usage().time_at_workers.at(12) == 200s);
    }
    SECTION("without one, as many are missing as may be") {
        FleetSpec spec = rolling(12, 0, 2);
        spec.pools.front().scale = content_with_what_is();
        spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}}, failing);
        const Run run(std::move(spec), {});
        CHECK(run.usage().time_at_workers.at(12) == 100s);
        CHECK(run.usage().time_at_workers.at(10) == 100s);
    }
}

TEST_CASE("a worker of the old version leaves nothing to the new version's start-up model",
          "[fleet][rollout]") {
    int left = 0;
    FleetSpec spec = rolling(2, 1, 0);
    spec.rollouts.front().startup = std::make_unique<Leavers>(left);
    const Run run(std::move(spec), {});
    CHECK(run.usage().outdated_workers == 2);
    CHECK(left == 0);
}

// The one that acquires the node fails at 5 s; the next has a node at once, and so have the two behind it.
TEST_CASE("those that wait for a node begin when the one that took over has it", "[fleet][lifecycle]") {
    FleetSpec spec = one_pool(fixed(3));
    spec.horizon = SimTime{9s};
    PoolSpec& pool = spec.pools.front();
    pool.starts_empty = true;
    pool.gpus_per_instance = 8;
    pool.init_timeout = 5s;
    pool.startup = std::make_unique<FirstAcquires>();
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kStarting) + run.in_state(WorkerState::kPulling) == 2 * 2s);
    CHECK(run.in_state(WorkerState::kIdle) == 2 * 2s);
}

// One GPU is free; pool "big" asks for two at 10 s, pool "one" behind it for one at 20 s. "big" gives up at
// 50 s.
TEST_CASE("a cancelled ask lets those behind it have what it waited for", "[fleet][supply]") {
    FleetSpec spec = one_pool(scheduled({{0s, 2}, {20s, 3}, {30s, 2}}));
    spec.horizon = SimTime{100s};
    spec.supplies.push_back({"s", 2, true, {}, {}});
    spec.pools.front().supply = 0;
    PoolSpec& big = spec.pools.emplace_back();
    big.name = "big";
    big.max_workers = 1;
    big.gpus_per_worker = big.gpus_per_instance = 2;
    big.supply = 0;
    big.service = std::make_unique<MeasuredServiceFactory>();
    big.startup = startup({});
    big.scale = scheduled({{0s, 0}, {10s, 1}, {50s, 0}}, VictimOrder::kStartingFirst);
    const Run run(std::move(spec), {});
    CHECK(run.in_state(WorkerState::kAsked, 0) == 30s);
    CHECK(run.in_state(WorkerState::kIdle, 0) == 100s + 30s + 50s);
}

TEST_CASE("a start is refused when it fails, not when it is cancelled", "[fleet][control]") {
    const bool fails = GENERATE(false, true);
    Diary diary;
    Wakes wakes;
    wakes.live = true;
    wakes.tick = 1s;
    FleetSpec spec = one_pool(nullptr);
    spec.horizon = SimTime{15s};
    PoolSpec& pool = spec.pools.front();
    pool.starts_empty = true;
    pool.startup = startup({{StartPhase::kWeights, 7s}}, {0});
    pool.scale = std::make_unique<ScriptedPolicy>(wakes, [&](const PoolView& view, Trigger) {
        diary.views.push_back(view);
        ScaleDecision decision;
        decision.victims = VictimOrder::kStartingFirst;
        decision.target = fails || view.now < SimTime{5s} ? 1 : 0;
        return decision;
    });
    const Run run(std::move(spec), {});
    bool refused = false;
    for (const PoolView& view : diary.views) refused |= view.start_refused;
    CHECK(refused == fails);
    CHECK(run.usage().cancelled_starts == (fails ? 0 : 1));
}

// More than 64 faults in the first hour: the one numbered 64 and the first of the next hour differ.
TEST_CASE("each fault of a host draws its own repair", "[fleet][faults]") {
    FleetSpec spec = in_one_zone(2h, fixed(1));
    const double rate = 100 / 3600.0;
    const std::size_t first_hour = Strikes(spec.seed, "host fault", rate).in_slot(0, 0).size();
    REQUIRE(first_hour > 65);
    spec.hosts.push_back({"host", 1, ZoneId{0}, HostFaultSpec{rate, Distribution::uniform(0.001, 0.002)}});
    spec.supplies.front().hosts = {HostId{0}};
    const Run run(std::move(spec), {});
    const auto repair = [&](std::size_t fault) {
        return run.log.lives.at(fault + 1).clock.spent(WorkerState::kAsked);
    };
    CHECK(repair(64) != repair(first_hour));
}

// Told at 100 s with 60 s of notice, busy until then and dead in the outage at 120 s.
TEST_CASE("a worker on notice that dies early is lost once", "[fleet][spot]") {
    FleetSpec spec = on_spot(60s, {100s, 300s}, in_one_zone(400s, fixed(1)));
    spec.zones.front().outages = {{SimTime{120s}, 10s}};
    const Run run(std::move(spec), {request_at(90s, 100s)});
    CHECK(run.usage().lost_workers[Setback::kInterrupted] == 1);
    CHECK(run.usage().lost_workers[Setback::kOutage] == 0);
    CHECK(run.request(0).setbacks[Setback::kOutage] == 1);
}

TEST_CASE("an instance that its supply could never hold is an error with the pool's name",
          "[fleet][control]") {
    FleetSpec spec = in_one_zone(100s, fixed(1));
    spec.pools.front().gpus_per_instance = 8;
    ListSource source({});
    SECTION("by its quota") {
        spec.supplies.front().gpus = 4;
        CHECK_THROWS_WITH(Fleet(std::move(spec), source),
                          tests::contains_text("an instance of 8 GPUs does not fit supply gpus of 4"));
    }
    SECTION("by its hosts") {
        spec.hosts.push_back({"host", 2, ZoneId{0}});
        spec.supplies.front().hosts = {HostId{0}};
        CHECK_THROWS_WITH(Fleet(std::move(spec), source), tests::contains_text("the largest has 2"));
    }
}

// Drains from 20 s on, and its request goes back at 30 s: the policy hears of it and starts another worker.
TEST_CASE("a request that goes back at a drain limit wakes the policy", "[fleet][control]") {
    Wakes wakes;
    wakes.live = true;
    wakes.unserved = true;
    FleetSpec spec = one_pool(std::make_unique<ScriptedPolicy>(wakes, [](const PoolView& view, Trigger why) {
        ScaleDecision decision;
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.drain_limit = 10s;
        decision.target = why == Trigger::kWakeAt ? 0 : 1;
        if (why == Trigger::kStart)
            decision.wake_at = view.now + 20s;
        return decision;
    }));
    spec.horizon = SimTime{200s};
    spec.pools.front().on_worker_lost = OnWorkerLost::kRequeue;
    const Run run(std::move(spec), {request_at(10s, 50s)});
    CHECK(run.request(0).delivered == SimTime{80s});
}
