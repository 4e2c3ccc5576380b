#pragma once

#include "sim/fleet/scale_policy.hpp"

namespace spillway {

// Reasons that several policies give. A rule names what its two figures count, and their unit where that is
// not plain: observed and threshold are always figures of one unit.

/// More requests wait or run than the workers, present or on their way, have slots for.
inline void explain_demand(ScaleDecision& decision, int requests, int slots) noexcept {
    decision.rule = "requests against slots";
    decision.observed = requests;
    decision.threshold = slots;
}

/// Workers have been idle for the time-out, which is when a policy is woken for them; how much longer some of
/// them have been, its view does not tell.
inline void explain_idle(ScaleDecision& decision, Duration timeout) noexcept {
    decision.rule = "idle time-out, in s";
    decision.observed = decision.threshold = to_seconds(timeout);
}

}  // namespace spillway
