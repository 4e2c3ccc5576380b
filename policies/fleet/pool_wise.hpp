#pragma once

#include <memory>
#include <vector>

#include "policies/context.hpp"

namespace spillway {

/// Puts policies that decide for one pool each side by side. `by_pool` has one place a pool of the scenario;
/// a pool whose place is empty is somebody else's.
FleetSetup make_pool_wise(std::vector<std::unique_ptr<ScalePolicy>> by_pool);

}  // namespace spillway
