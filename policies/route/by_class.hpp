#pragma once

#include <memory>
#include <vector>

#include "sim/fleet/route_policy.hpp"

namespace spillway {

/// Sends each class to its pool; `by_class` has one place a class of the scenario.
std::unique_ptr<PoolRoute> make_class_route(std::vector<PoolId> by_class);

}  // namespace spillway
