#pragma once

#include <cstddef>
#include <vector>

#include "app/bound/load_levels.hpp"
#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// A plan that was run, and what became of it.
struct PlanRun {
    FleetPlan plan;
    RunResult result;
    std::vector<Load> loads;  ///< every request that completed, while it was on its worker
    bool meets = false;       ///< every objective holds and the fleet kept up
};

/// Runs plans for one pool of a scenario in the normal simulator, without any other pool.
class PlanRunner {
public:
    PlanRunner(const Scenario& scenario, const ConfigNode& pool, SimTime horizon);

    PlanRun run(FleetPlan plan) const;

private:
    Scenario scenario_;
    SimTime horizon_;
    std::vector<Duration> start_times_;
};

}  // namespace spillway
