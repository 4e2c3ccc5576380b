#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/core/registry.hpp"
#include "sim/fleet/fleet_policy.hpp"
#include "sim/fleet/route_policy.hpp"
#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// What a policy may know of a pool when it is made.
struct PoolFacts {
    std::string name;
    int concurrency = 1;
    int min_workers = 0;
    int max_workers = 1;
    double mean_start_seconds = 0;  ///< of one start, without contention
};

struct PluginManifest;

/// The fleet that a policy is made for. Needed while it is made only.
struct PolicyContext {
    std::span<const PoolFacts> pools;        ///< in the scenario's order: a PoolId is an index into it
    std::span<const std::string> classes;    ///< likewise for ClassId
    PoolId pool;                             ///< the pool that a ScalePolicy or WorkerRoute is for
    const PluginManifest* plugin = nullptr;  ///< entries of the user's own, beside the built-in ones

    const PoolFacts& own_pool() const { return pools[pool.value]; }
    PolicyContext for_pool(PoolId other) const { return {pools, classes, other, plugin}; }
};

/// The pool or class of that name; InputError at `where` with the nearest name and the list.
PoolId find_pool(const PolicyContext& context, std::string_view name, const std::string& where);
ClassId find_class(const PolicyContext& context, std::string_view name, const std::string& where);

/// What one entry under "fleet policy" brings: who scales, and, where the two go together, who routes.
struct FleetSetup {
    std::unique_ptr<FleetPolicy> policy;
    std::unique_ptr<PoolRoute> route;  ///< empty: the scenario says
    std::vector<PoolId>
        scales;  ///< the pools that `policy` scales, ascending; others need a policy of their own
    std::vector<std::string>
        own_policies;  ///< by PoolId: name of the scale policy that each was given; empty: it gives none
};

using MakeScalePolicy = std::unique_ptr<ScalePolicy>(ParamReader&, const PolicyContext&);
using MakeFleetPolicy = FleetSetup(ParamReader&, const PolicyContext&);
using MakePoolRoute = std::unique_ptr<PoolRoute>(ParamReader&, const PolicyContext&);
using MakeWorkerRoute = std::unique_ptr<WorkerRoute>(ParamReader&, const PolicyContext&);

using ScalePolicyEntry = RegistryEntry<MakeScalePolicy>;
using FleetPolicyEntry = RegistryEntry<MakeFleetPolicy>;
using PoolRouteEntry = RegistryEntry<MakePoolRoute>;
using WorkerRouteEntry = RegistryEntry<MakeWorkerRoute>;

}  // namespace spillway
