#pragma once

#include <algorithm>

#include "sim/fleet/scale_policy.hpp"

namespace spillway {

// Reasons that several policies give. A rule names what its two figures count, and their unit where that is
// not plain: observed and threshold are always figures of one unit.

/// More requests wait or run than the workers, present or on their way, have slots for.
inline void explain_demand(ScaleDecision& decision, int requests, int slots) noexcept {
    decision.rule = "requests against slots";
    decision.observed = requests;
    decision.threshold = slots;
    decision.figure = LoadFigure::kOpen;
    decision.seen = FigureSeen::kAsIs;
}

/// Workers have been idle for the time-out, which is when a policy is woken for them; how much longer some of
/// them have been, its view does not tell.
inline void explain_idle(ScaleDecision& decision, Duration timeout) noexcept {
    decision.rule = "idle time-out, in s";
    decision.observed = decision.threshold = to_seconds(timeout);
}

/// Leaves the pool as it is, but for its floor.
inline ScaleDecision keep_size(const PoolView& view, int floor) noexcept {
    ScaleDecision decision;
    decision.floor = floor;
    decision.target = std::max(view.present(), floor);
    decision.rule = "minimum of workers";
    decision.observed = view.present();
    decision.threshold = floor;
    return decision;
}
inline ScaleDecision keep_size(const PoolView& view) noexcept { return keep_size(view, view.min_workers); }

/// The first request without any worker starts `workers`.
inline void start_from_zero(ScaleDecision& decision, int workers = 1) noexcept {
    decision.target = std::max(decision.target, workers);
    decision.rule = "requests against slots, without a worker";
    decision.observed = 1;
    decision.threshold = 0;
}

/// Lets workers go whose idle time-out is over; the rest stays.
inline void stop_expired(ScaleDecision& decision, const PoolView& view, Duration timeout) noexcept {
    decision.target = std::max(view.present() - view.idle_expired, decision.floor);
    if (decision.target < view.present())
        explain_idle(decision, timeout);
}

}  // namespace spillway
