#pragma once

#include <optional>
#include <string>

#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// The smallest always-on fleet that meets every objective of a scenario.
struct FixedFleet {
    std::string pool;  ///< whose workers it is made of
    int workers = 0;
    RunResult result;  ///< of that fleet under the scenario's traffic
};

/// Replays the traffic against fixed fleets of the first pool of workers, alone, and searches the smallest
/// size under which every objective holds (doubling, then halving; a larger fleet is taken to be no worse).
/// Empty when there is no objective, no pool of workers, or when `most` workers are too few.
std::optional<FixedFleet> smallest_fixed_fleet(const Scenario& scenario, int most = 4096);

/// The scenario with that pool alone, under another policy: {"name": ...}.
Scenario with_pool_alone(const Scenario& scenario, const ConfigNode& pool, ConfigNode policy);

/// The same for any pool of workers.
std::optional<FixedFleet> smallest_fixed_fleet(const Scenario& scenario, const ConfigNode& pool, int most);

/// Whether every objective holds and the fleet kept up.
bool meets_objectives(const RunResult& result);

}  // namespace spillway
