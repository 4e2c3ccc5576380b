#pragma once

#include <optional>

#include "app/bound/offered.hpp"
#include "app/bound/plan_runner.hpp"
#include "app/bound/promises.hpp"

namespace spillway {

/// What a search may look at: all of the traffic before it happens.
struct Foresight {
    const Scenario& scenario;
    const BoundPool& pool;
    const Offered& offered;  ///< with that pool as its only one
    const ServicePlan& plan;
    SimTime horizon;
};

/// The cheapest plan for one pool of workers that was found to meet the objectives, as the simulator ran it;
/// empty when none did. The same inputs find the same plan.
std::optional<PlanRun> best_plan(const Foresight& foresight);

}  // namespace spillway
