#pragma once

#include <vector>

#include "app/bound/fleet_plan.hpp"

namespace spillway {

/// A request as a plan serves it.
struct TimedJob {
    SimTime at;
    Duration wait{0};   ///< that it may wait at the most
    Duration lasts{0};  ///< on a slot
};

/// Workers of `slots` that come at the last moment: whoever has waited for as long as it may, and finds no
/// slot, gets a worker of its own, which then serves all that wait and come. One that was idle for `gap` had
/// stopped when it became idle. `jobs` by arrival; at most `most` workers at once.
FleetPlan just_in_time(const std::vector<TimedJob>& jobs, int slots, Duration gap, int most);

}  // namespace spillway
