#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "sim/billing/contract.hpp"
#include "sim/fleet/fleet.hpp"
#include "traces/registry.hpp"

namespace spillway {

enum class PoolSort : std::uint8_t { kWorkers, kApi };

/// What reports need to know of a pool beside the fleet's own figures.
struct PoolSetup {
    std::string name;
    PoolSort sort = PoolSort::kWorkers;
    std::optional<std::string> gpu;
    int concurrency = 1;
    int min_workers = 0;
    int max_workers = 1;
    std::string policy;                       ///< name of what scales it
    std::optional<Purchase> purchase;         ///< empty: no price was given
    double mean_start_seconds = 0;            ///< without contention
    const ServiceFactory* service = nullptr;  ///< owned by the fleet's spec and then by the fleet
};

/// Everything that one run of a scenario needs, built and checked. The one way from a scenario to a fleet:
/// run, sweeps, tests and the web page all come through here. Keep it in place while the fleet lives.
struct Assembly {
    EntityCounter entities;
    ReadLog reads;
    std::unique_ptr<RequestSource> source;
    FleetSpec fleet;
    std::vector<PoolSetup> pools;  ///< by PoolId
};

/// Builds sources, models, policies and contracts. Throws InputError with the JSON path of what is wrong.
std::unique_ptr<Assembly> assemble(const Scenario& scenario);

/// The traffic of a scenario alone, warm-up left out.
std::unique_ptr<RequestSource> assemble_traffic(const Scenario& scenario, EntityCounter& entities,
                                                ReadLog& reads);

}  // namespace spillway
