#pragma once

#include <algorithm>

#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Work that is saved every so often, and goes on from the last save on another worker. Durations are of a
/// worker's time.
struct Checkpoints {
    Duration every;      ///< work between two saves; above 0
    Duration takes{0};   ///< a save, during which the work stands still; none after the last stretch
    Duration resume{0};  ///< reading a save, before the work goes on

    /// How long `left` takes on a worker where `kept` was done elsewhere.
    Duration run_time(Duration left, Duration kept) const {
        const auto stretches = (left + every - Duration{1}) / every;
        return (kept > Duration::zero() ? resume : Duration::zero()) + left +
               takes * std::max<Duration::rep>(0, stretches - 1);
    }

    /// What is saved when the worker is lost `elapsed` after it took the work up with `kept` done, and what
    /// of that time is done again.
    ServiceFactory::Kept keeps(Duration kept, Duration elapsed) const {
        const Duration working =
            std::max(Duration::zero(), elapsed - (kept > Duration::zero() ? resume : Duration::zero()));
        const auto saves = working / (every + takes);
        return {kept + every * saves, working - (every + takes) * saves};
    }
};

}  // namespace spillway
