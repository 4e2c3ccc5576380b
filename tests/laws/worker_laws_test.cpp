// What holds for the workers, instances and quotas of every fleet.
#include <algorithm>
#include <map>

#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

Duration spent(const WorkerLife& life, std::initializer_list<WorkerState> states) {
    Duration sum{0};
    for (const WorkerState state : states) sum += life.clock.spent(state);
    return sum;
}

Duration whole_life(const WorkerLife& life) {
    Duration sum{0};
    for (int state = 0; state < kWorkerStates; ++state)
        sum += life.clock.spent(static_cast<WorkerState>(state));
    return sum;
}

using Steps = std::multimap<SimTime, int>;

void add_stay(Steps& steps, SimTime from, SimTime to, int amount) {
    if (from >= to)
        return;
    steps.emplace(from, amount);
    steps.emplace(to, -amount);
}

/// The highest sum of amounts at any time; at one instant, what leaves goes before what comes.
int peak(const Steps& steps) {
    std::vector<std::pair<SimTime, int>> ordered(steps.begin(), steps.end());
    std::sort(ordered.begin(), ordered.end());
    int level = 0;
    int most = 0;
    for (const auto& step : ordered) most = std::max(most, level += step.second);
    return most;
}

/// Of workers that are asked for, start or are ready.
int most_workers(const Scenario& scenario, std::size_t pool) {
    int most = scenario.pools[pool].max_workers + scenario.pools[pool].excess;
    for (const RolloutPlan& plan : scenario.rollouts) most += plan.pool == pool ? plan.surge : 0;
    return most;
}

/// The lowest such sum from time 0 on; amounts before it count.
int trough(const Steps& steps) {
    std::map<SimTime, int> changes;
    for (const auto& [at, amount] : steps) changes[std::max(at, SimTime{})] += amount;
    int level = 0;
    std::optional<int> least;
    for (const auto& [at, amount] : changes) {
        level += amount;
        if (!least || level < *least)
            least = level;
    }
    return least.value_or(0);
}

/// Pools of a fixed size that nothing happens to but a rollout of the first.
void roll_out(Scenario& scenario) {
    leave_in_peace(scenario);
    scenario.fleet_policy.clear();
    scenario.overflow.reset();
    scenario.supply.reset();
    scenario.ground.reset();
    scenario.clients = 0;
    for (PoolPlan& pool : scenario.pools) {
        pool.has_supply = false;
        pool.starts_empty = false;
        pool.init_timeout.reset();
        pool.scale = R"({"name": "fixed", "workers": )" + std::to_string(pool.max_workers) + "}";
        pool.startup = R"({"phases": [{"phase": "weights", "time": {"exponential": {"mean": "2s"}}}]})";
    }
    RolloutPlan plan;
    plan.at = std::chrono::seconds{2};
    plan.surge = static_cast<int>(scenario.seed % 3);
    plan.max_unavailable = static_cast<int>(scenario.seed / 3 % 3) + (plan.surge == 0 ? 1 : 0);
    scenario.rollouts = {plan};
    scenario.horizon = std::chrono::seconds{200};
}

void share_a_quota(Scenario& scenario) {
    if (!scenario.supply)
        scenario.supply = SupplySpec{"zone", 5, true, {}, {}};
    for (PoolPlan& pool : scenario.pools) pool.has_supply = true;
}

}  // namespace

TEST_CASE("a pool never has more workers than its maximum, the platform's excess and a rollout's surge",
          "[laws]") {
    check_law([](const World& world) {
        std::vector<Steps> ready(world.scenario.pools.size());
        for (const WorkerLife& life : world.log.lives) {
            using enum WorkerState;
            // Ready workers that do not drain: the life's idle and busy time, before it drained and stopped.
            const SimTime end = life.at - spent(life, {kDraining, kStopping, kFailed});
            const Duration serving = spent(life, {kIdle, kBusy});
            add_stay(ready[life.pool.value], end - serving, end, 1);
        }
        for (std::size_t i = 0; i < ready.size(); ++i) {
            RC_ASSERT(peak(ready[i]) <= most_workers(world.scenario, i));
            RC_ASSERT(world.usage(i).peak_workers <= most_workers(world.scenario, i));
        }
        for (const PoolSnapshot& snapshot : world.snapshots.snapshots) {
            int present = 0;
            for (std::size_t state = 0; state <= static_cast<std::size_t>(WorkerState::kBusy); ++state) {
                present += snapshot.workers[state];
            }
            RC_ASSERT(present <= most_workers(world.scenario, snapshot.pool.value));
        }
        for (const DecisionRecord& decision : world.log.decisions) {
            const PoolPlan& plan = world.scenario.pools[decision.pool.value];
            RC_ASSERT(decision.after <= plan.max_workers + plan.excess);
        }
    });
}

TEST_CASE("a rollout leaves ready what it may not make unavailable", "[laws]") {
    check_law(roll_out, [](const World& world) {
        const int wanted = world.scenario.pools.front().max_workers;
        const RolloutPlan& plan = world.scenario.rollouts.front();
        Steps ready;
        int replaced = 0;
        for (const WorkerLife& life : world.log.lives) {
            using enum WorkerState;
            if (life.pool.value != 0)
                continue;
            const SimTime end = life.at - spent(life, {kDraining, kStopping});
            const SimTime begin = end - spent(life, {kIdle, kBusy});
            // Those that stand at the end are counted to its far side.
            const bool stays = life.at == world.horizon();
            add_stay(ready, begin, stays ? world.horizon() + std::chrono::seconds{1} : end, 1);
            replaced += stays ? 0 : 1;
        }
        ready.emplace(SimTime{}, 0);
        Steps within;
        for (const auto& [at, amount] : ready) {
            if (at < world.horizon())
                within.emplace(at, amount);
        }
        RC_ASSERT(trough(within) >= std::max(0, wanted - plan.max_unavailable));
        RC_ASSERT(replaced >= wanted);
    });
}

TEST_CASE("GPUs in use never exceed the quota", "[laws]") {
    check_law(share_a_quota, [](const World& world) {
        Steps gpus;
        for (const WorkerLife& life : world.log.lives) {
            const PoolPlan& plan = world.scenario.pools[life.pool.value];
            if (!plan.has_supply || plan.gpus_per_instance > plan.gpus_per_worker)
                continue;
            const Duration held = whole_life(life) - life.clock.spent(WorkerState::kAsked);
            add_stay(gpus, life.at - held, life.at, plan.gpus_per_instance);
        }
        for (const InstanceLife& life : world.log.instances) {
            if (!world.scenario.pools[life.pool.value].has_supply)
                continue;
            add_stay(gpus, life.at - life.held - life.acquiring, life.at, life.gpus);
        }
        RC_ASSERT(peak(gpus) <= *world.scenario.supply->gpus);
    });
}

TEST_CASE("a pool's time by state is the sum over its workers' clocks", "[laws]") {
    check_law([](const World& world) {
        std::vector<std::array<SummedTime, kWorkerStates>> sums(world.scenario.pools.size());
        for (const WorkerLife& life : world.log.lives) {
            RC_ASSERT(whole_life(life) <= world.horizon() - SimTime{});
            for (std::size_t state = 0; state < kWorkerStates; ++state) {
                sums[life.pool.value][state] += life.clock.spent(static_cast<WorkerState>(state));
            }
        }
        for (std::size_t i = 0; i < sums.size(); ++i) RC_ASSERT((world.usage(i).state_time == sums[i]));
    });
}

// Double brackets: RapidCheck cannot print a SummedTime, and is given the truth alone.
TEST_CASE("idle time by reason is idle time", "[laws]") {
    check_law([](const World& world) {
        for (std::size_t i = 0; i < world.scenario.pools.size(); ++i) {
            const PoolUsage& usage = world.usage(i);
            for (const SummedTime part :
                 {usage.idle_floor, usage.idle_buffer, usage.idle_timeout, usage.idle_headroom}) {
                RC_ASSERT((part >= Duration::zero()));
            }
            RC_ASSERT((usage.idle_floor + usage.idle_buffer + usage.idle_timeout + usage.idle_headroom ==
                       usage.state_time[static_cast<std::size_t>(WorkerState::kIdle)]));
        }
    });
}

TEST_CASE("a pool's integrals agree with each other and with the window", "[laws]") {
    check_law([](const World& world) {
        for (std::size_t i = 0; i < world.scenario.pools.size(); ++i) {
            const PoolUsage& usage = world.usage(i);
            const PoolPlan& plan = world.scenario.pools[i];
            RC_ASSERT(usage.window == world.horizon() - SimTime{});
            Duration ready{0};
            SummedTime worker_time{0};
            for (std::size_t n = 0; n < usage.time_at_workers.size(); ++n) {
                ready += usage.time_at_workers[n];
                worker_time += usage.time_at_workers[n] * static_cast<int>(n);
            }
            RC_ASSERT(ready == usage.window);
            const auto in = [&](WorkerState state) {
                return usage.state_time[static_cast<std::size_t>(state)];
            };
            RC_ASSERT((worker_time == in(WorkerState::kIdle) + in(WorkerState::kBusy)));
            const SummedTime serving = in(WorkerState::kBusy) + in(WorkerState::kDraining);
            RC_ASSERT((usage.slot_time >= serving));
            RC_ASSERT((usage.slot_time <= serving * plan.concurrency));
            RC_ASSERT((usage.failed_slot_time >= Duration::zero()));
            RC_ASSERT((usage.failed_slot_time <= usage.slot_time));
            SummedTime spells{0};
            for (const SummedTime spell : usage.spell_slot_time) spells += spell;
            RC_ASSERT((spells == usage.slot_time));
            RC_ASSERT((usage.busy_time <= usage.window && usage.busy_time <= usage.slot_time));
            RC_ASSERT(usage.at_limit <= usage.window);
        }
    });
}

TEST_CASE("an instance has room for its workers, and its time holds theirs", "[laws]") {
    check_law([](const World& world) {
        for (const InstanceLife& life : world.log.instances) {
            RC_ASSERT(life.held >= Duration::zero());
            RC_ASSERT(life.acquiring >= Duration::zero());
            RC_ASSERT(life.gpu_time <= life.held * life.gpus);
        }
    });
}

TEST_CASE("snapshots are taken once a second of the window", "[laws]") {
    check_law([](const World& world) {
        const std::size_t pools = world.scenario.pools.size();
        const auto seconds =
            static_cast<std::size_t>((world.horizon() - SimTime{}) / std::chrono::seconds{1});
        RC_ASSERT(world.snapshots.snapshots.size() == pools * seconds);
    });
}
