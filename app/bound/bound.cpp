#include "app/bound/bound.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/bound/plan_search.hpp"
#include "app/run/run_scenario.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr int kMostFixed = 4096;

/// What is the same for all of the scenarios.
struct Common {
    PlayedTraffic traffic;
    std::vector<ServicePlan> plans;
};

void refuse_flows(const Scenario& scenario) {
    if (!scenario.flows)
        return;
    throw InputError(scenario.flows->where(), "requests of several stages have no bound yet",
                     "run each stage's pool as a scenario of its own");
}

/// What the floor looks at of classes.
bool same_classes(const Scenario& a, const Scenario& b) {
    return std::equal(a.classes.begin(), a.classes.end(), b.classes.begin(), b.classes.end(),
                      [](const ScenarioClass& one, const ScenarioClass& other) {
                          return one.spec.name == other.spec.name && one.delivery == other.delivery &&
                                 one.spec.retry.attempts == other.spec.retry.attempts;
                      });
}

bool same_objectives(const Scenario& a, const Scenario& b) {
    return std::equal(a.slos.begin(), a.slos.end(), b.slos.begin(), b.slos.end(),
                      [](const Slo& one, const Slo& other) {
                          return one.text == other.text && one.class_id == other.class_id;
                      });
}

Common common_of(const std::vector<Scenario>& scenarios) {
    Common common;
    for (const Scenario& scenario : scenarios) {
        refuse_flows(scenario);
        const std::unique_ptr<Assembly> assembly = assemble(scenario);
        const PlayedTraffic traffic = play_traffic(scenario, *assembly);
        if (&scenario == &scenarios.front()) {
            common.traffic = traffic;
            common.plans = service_plans(scenario, traffic.by_class);
            continue;
        }
        const Scenario& first = scenarios.front();
        if (traffic.digest != common.traffic.digest) {
            throw InputError(scenario.where, fmt::format("has other traffic than {}", first.where),
                             "a floor holds for one traffic: let both extend one file");
        }
        if (!same_classes(scenario, first) || !same_objectives(scenario, first)) {
            throw InputError(scenario.where,
                             fmt::format("has other classes or objectives than {}", first.where),
                             "a floor holds for one SLO: let both extend one file");
        }
    }
    return common;
}

/// The least that any of the scenarios pays whatever its fleet does.
double least_always_paid(const std::vector<std::unique_ptr<Assembly>>& assemblies, Duration window) {
    std::optional<Money> least;
    for (const auto& assembly : assemblies) {
        Money paid;
        for (const PoolSetup& pool : assembly->pools) paid += always_paid(*pool.purchase, window);
        least = least ? std::min(*least, paid) : paid;
    }
    return to_usd(least.value_or(Money{}));
}

class BoundFinder {
public:
    explicit BoundFinder(const std::vector<Scenario>& scenarios)
        : scenarios_(scenarios), common_(common_of(scenarios)) {
        for (const Scenario& scenario : scenarios_) assemblies_.push_back(assemble(scenario));
        pools_ = bound_pools(scenarios_, assemblies_, common_.traffic.horizon);
    }

    Bounds run() {
        Bounds bounds;
        bounds.floor = floor();
        for (const Scenario& scenario : scenarios_) bounds.runs.push_back(compare(scenario));
        if (!bounds.floor.reachable)
            return bounds;
        for (const BoundPool& pool : pools_) {
            bounds.best = cheaper(std::move(bounds.best), best_of(pool));
            if (pool.sort != PoolSort::kWorkers)
                continue;
            std::optional<FixedFleet> fixed =
                smallest_fixed_fleet(scenarios_[pool.scenario], pool.node, kMostFixed);
            if (fixed)
                bounds.best = cheaper(std::move(bounds.best), KnownSchedule{fixed->pool, fixed->result});
            if (fixed && (!bounds.fixed || fixed->result.cost < bounds.fixed->result.cost))
                bounds.fixed = std::move(fixed);
        }
        return bounds;
    }

    Floor floor() const {
        const std::unique_ptr<Assembly> fresh = assemble(scenarios_.front());
        const Offered offered = read_offered(scenarios_.front(), *fresh, pools_, common_.traffic.horizon);
        std::optional<Floor> highest;
        for (const ServicePlan& plan : common_.plans) {
            Floor floor = proved_floor(offered, pools_, plan, common_.traffic.horizon);
            if (!floor.reachable)
                return floor;
            if (!highest || floor.dollars > highest->dollars)
                highest = std::move(floor);
        }
        highest->dollars += least_always_paid(assemblies_, common_.traffic.horizon - SimTime{});
        return *highest;
    }

private:
    static ComparedRun compare(const Scenario& scenario) {
        ComparedRun run;
        run.result = run_scenario(scenario);
        run.meets = meets_objectives(run.result);
        run.is_bounded =
            std::all_of(run.result.pools.begin(), run.result.pools.end(),
                        [](const PoolResult& pool) { return pool.usage.starts <= kStartsLookedAt / 2; });
        return run;
    }

    std::optional<KnownSchedule> best_of(const BoundPool& pool) const {
        const Scenario& scenario = scenarios_[pool.scenario];
        if (pool.sort == PoolSort::kApi) {
            Scenario alone = scenario;
            alone.pools = {pool.node};
            alone.policy.reset();
            alone.route.reset();
            RunResult result = run_scenario(alone);
            return meets_objectives(result) ? std::optional(KnownSchedule{pool.name, std::move(result)})
                                            : std::nullopt;
        }
        const std::unique_ptr<Assembly> fresh = assemble(scenario);
        const Offered offered = read_offered(scenario, *fresh, {pool}, common_.traffic.horizon);
        const Foresight foresight{scenario, pool, offered, common_.plans.front(), common_.traffic.horizon};
        std::optional<PlanRun> run = best_plan(foresight);
        return run ? std::optional(KnownSchedule{pool.name, std::move(run->result)}) : std::nullopt;
    }

    static std::optional<KnownSchedule> cheaper(std::optional<KnownSchedule> one,
                                                std::optional<KnownSchedule> other) {
        const bool other_wins = other && (!one || other->result.cost < one->result.cost);
        return other_wins ? std::move(other) : std::move(one);
    }

    const std::vector<Scenario>& scenarios_;
    Common common_;
    std::vector<std::unique_ptr<Assembly>> assemblies_;
    std::vector<BoundPool> pools_;
};

}  // namespace

std::optional<double> above(double cost, double than) {
    return than > 0 ? std::optional(cost / than - 1) : std::nullopt;
}

std::optional<double> Bounds::gap() const {
    return best && floor.reachable ? above(to_usd(best->result.cost), floor.dollars) : std::nullopt;
}

Bounds find_bounds(const std::vector<Scenario>& scenarios) { return BoundFinder(scenarios).run(); }

Floor find_floor(const std::vector<Scenario>& scenarios) { return BoundFinder(scenarios).floor(); }

}  // namespace spillway
