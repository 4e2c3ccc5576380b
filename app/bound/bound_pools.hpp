#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "app/bound/unit_cost.hpp"
#include "app/scenario/assemble.hpp"

namespace spillway {

/// A pool that requests may be served by: of any of the scenarios that are compared.
struct BoundPool {
    std::size_t scenario = 0;  ///< index of the first that has it
    ConfigNode node{""};       ///< as that scenario states it
    std::string name;
    PoolSort sort = PoolSort::kWorkers;
    const PoolSpec* spec = nullptr;  ///< owned by that scenario's assembly
    Purchase purchase;
    UnitCost cost;  ///< of workers

    /// Requests that a unit serves at once.
    int concurrency() const noexcept { return spec->concurrency * cost.workers; }
};

/// What an API charges for one request, in US dollars.
double api_cost(const TokenPrices& prices, Duration month, double input_tokens, double output_tokens);

/// The pools of all scenarios; those that two scenarios state alike, policy and route aside, once. Throws
/// InputError for a pool without a price. Takes starts from the assemblies: they cannot be run afterwards.
std::vector<BoundPool> bound_pools(const std::vector<Scenario>& scenarios,
                                   const std::vector<std::unique_ptr<Assembly>>& assemblies, SimTime horizon);

}  // namespace spillway
