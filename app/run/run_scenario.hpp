#pragma once

#include <vector>

#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"
#include "sim/fleet/fleet.hpp"

namespace spillway {

/// Who looks on beside the recorder and the meter. Owned by the caller.
struct Onlookers {
    std::vector<RequestObserver*> requests;
    std::vector<DecisionObserver*> decisions;
    std::vector<SnapshotObserver*> snapshots;
    std::vector<UsageObserver*> usages;
    std::vector<StepObserver*> steps;
    std::vector<ControlObserver*> controls;
};

/// What each pool pays by, in the order of pools; without a price, a contract that charges nothing. Requires:
/// the assembly was not run yet.
std::vector<Purchase> purchases_of(const Assembly& assembly);

/// Runs an assembled scenario once. The assembly cannot be used again afterwards.
/// Throws InputError when the traffic turns out to be broken or empty.
RunResult run_assembled(const Scenario& scenario, Assembly& assembly, const Onlookers& onlookers = {});

/// Assembles and runs.
RunResult run_scenario(const Scenario& scenario, const Onlookers& onlookers = {});

}  // namespace spillway
