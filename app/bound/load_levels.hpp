#pragma once

#include <vector>

#include "app/bound/fleet_plan.hpp"

namespace spillway {

/// A request on a worker, or where a plan wants it to be.
struct Load {
    SimTime from;
    SimTime until;
    double share = 1;  ///< of a worker
};

/// Workers for `loads`, times `factor`: the n-th is up while there is load for more than n - 1 of them, and
/// through gaps that are shorter than `gap`. At most `most` of them.
FleetPlan plan_for(const std::vector<Load>& loads, double factor, Duration gap, int most);

}  // namespace spillway
