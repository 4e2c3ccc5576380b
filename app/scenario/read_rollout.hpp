#pragma once

#include "app/scenario/assemble.hpp"
#include "app/scenario/read_pool.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// Reads a rollout of one of the pools that `assembly` has already. Throws InputError with the JSON path of
/// what is wrong.
RolloutSpec read_rollout(const ConfigNode& node, const Scenario& scenario, const PoolGround& ground,
                         const Assembly& assembly);

}  // namespace spillway
