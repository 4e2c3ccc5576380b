#pragma once

#include <memory>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// One worker of a clairvoyant schedule: it is ready from `from` on and told to stop at `until`.
struct Stint {
    SimTime from;
    SimTime until;
    double used = 1;  ///< share of what it costs that serves
};
using FleetPlan = std::vector<Stint>;

/// From `at` on, the pool is to have `workers`.
struct PlannedSize {
    SimTime at;
    int workers;
};

/// The sizes that make the plan come true when the pool's n-th start takes start_times[n]; beyond their end,
/// the last of them. Who is to be ready before `horizon` and to stop after it never stops.
std::vector<PlannedSize> planned_sizes(const FleetPlan& plan, const std::vector<Duration>& start_times,
                                       SimTime horizon);

/// Carries a plan out, whatever happens. It is no entry of the registry: a schedule that was made from the
/// traffic itself is for `spillway bound` alone, and nothing but sizes gets from there into a fleet.
std::unique_ptr<ScalePolicy> make_planned_workers(std::vector<PlannedSize> sizes);

}  // namespace spillway
