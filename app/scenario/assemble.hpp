#pragma once

#include <memory>
#include <vector>

#include "app/scenario/pool_setup.hpp"
#include "app/scenario/read_flows.hpp"
#include "app/scenario/scenario.hpp"
#include "models/model_error.hpp"
#include "policies/policy_library.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/fleet/fleet.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// Everything that one run of a scenario needs, built and checked. The one way from a scenario to a fleet:
/// run, sweeps, tests and the web page all come through here. Keep it in place while the fleet lives.
struct Assembly {
    std::unique_ptr<PolicyLibrary> plugin;  ///< empty: none; outlives the policies that it made
    EntityCounter entities;
    ReadLog reads;
    std::unique_ptr<RequestSource> source;
    FleetSpec fleet;                        ///< goes to the fleet that runs it
    std::vector<StageSetup> stages;         ///< of all flows, in their order
    std::vector<PoolSetup> pools;           ///< by PoolId
    std::vector<StatedError> model_errors;  ///< of every model's profile, once, whether or not they are drawn
    PriceBook prices;  ///< the built-in catalog, with the scenario's own file laid over it
};

/// Builds sources, models, policies and contracts. Throws InputError with the JSON path of what is wrong.
std::unique_ptr<Assembly> assemble(const Scenario& scenario);

/// The traffic of a scenario alone, warm-up left out.
std::unique_ptr<RequestSource> assemble_traffic(const Scenario& scenario, EntityCounter& entities,
                                                ReadLog& reads);

}  // namespace spillway
