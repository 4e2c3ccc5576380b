#pragma once

#include <memory>
#include <optional>

#include "sim/core/time.hpp"
#include "sim/fleet/scale_policy.hpp"

namespace spillway {

struct ScaleToZeroSettings {
    Duration idle_timeout;
    int requests_per_worker;
    std::optional<Duration>
        queue_delay;  ///< beyond the first worker: start one for a request that waited this long
    std::optional<Duration> check_period;  ///< look this often too
};

/// Starts workers for requests that find no slot and stops those that idle, down to the pool's minimum.
std::unique_ptr<ScalePolicy> make_scale_to_zero(const ScaleToZeroSettings& settings);

}  // namespace spillway
