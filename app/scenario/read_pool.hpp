#pragma once

#include "app/scenario/pool_setup.hpp"
#include "app/scenario/scenario.hpp"
#include "models/model_error.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// A pool of a scenario with its models and price; its policy and route are still to be made, for they may
/// speak of other pools.
struct ReadPool {
    PoolSpec spec;
    PoolSetup setup;
    const ConfigNode* policy = nullptr;  ///< in the scenario; null: it has none of its own
    const ConfigNode* route = nullptr;
};

/// What the pools of a scenario are read with.
struct PoolGround {
    const PriceBook& book;
    const GpuProfiles& profiles;
    std::shared_ptr<StartGround> starts;  ///< which all pools' start-up models keep
    ModelErrors& errors;
};

/// `node` is what expand_platform() makes of a pool, and outlives the result. Throws InputError with the JSON
/// path of what is wrong.
ReadPool read_pool(const ConfigNode& node, const Scenario& scenario, const PoolGround& ground);

}  // namespace spillway
