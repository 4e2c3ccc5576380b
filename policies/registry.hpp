#pragma once

#include <memory>
#include <span>

#include "policies/context.hpp"

namespace spillway {

// What there is, in the order of `spillway list`.
std::span<const ScalePolicyEntry> scale_policies();
std::span<const FleetPolicyEntry> fleet_policies();
std::span<const PoolRouteEntry> pool_routes();
std::span<const WorkerRouteEntry> worker_routes();

/// The name in what a scenario says of a policy or route; empty where it has none.
std::string policy_name(const ConfigNode& node);

/// The parameter that every entry has beside its own: its name.
std::span<const ParamSpec> named_params();

// Each makes what a scenario names: "scale-to-zero", or {"name": "scale-to-zero", parameters}. Throws
// InputError for an unknown name (with the nearest one), an unknown parameter, a value out of range, and for
// limits and names that contradict the context.
std::unique_ptr<ScalePolicy> make_scale_policy(const ConfigNode& node, const PolicyContext& context);
FleetSetup make_fleet_policy(const ConfigNode& node, const PolicyContext& context);
std::unique_ptr<PoolRoute> make_pool_route(const ConfigNode& node, const PolicyContext& context);
std::unique_ptr<WorkerRoute> make_worker_route(const ConfigNode& node, const PolicyContext& context);

}  // namespace spillway
