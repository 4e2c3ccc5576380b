#pragma once

#include "policies/context.hpp"
#include "policies/params.hpp"

namespace spillway {

// What the hybrids share: a base pool of steady size beside an elastic pool that starts workers only for the
// requests in its own queue and stops those that idle.

inline constexpr ParamSpec kBaseParam =
    required_param("base", ParamKind::kText, "the pool of steady size (on-demand, reserved)");
inline constexpr ParamSpec kBaseWorkersParam =
    optional_param("base_workers", ParamKind::kCount, "its constant number of workers");
inline constexpr ParamSpec kBasePolicyParam = optional_param(
    "base_policy", ParamKind::kObject, "in place of base_workers: a scale policy for the base");

struct BaseAndElastic {
    PoolId base;
    PoolId elastic;
    FleetSetup setup;  ///< without a route
};

/// Reads the three parameters above, `elastic` (the name of the other pool's parameter), kIdleTimeoutParam
/// and kRequestsPerWorkerParam. InputError when both are the same pool, and unless exactly one of
/// base_workers and base_policy is given.
BaseAndElastic read_base_and_elastic(ParamReader& reader, std::string_view elastic,
                                     const PolicyContext& context);

}  // namespace spillway
