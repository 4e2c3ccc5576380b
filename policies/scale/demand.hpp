#pragma once

#include <cmath>

#include "sim/fleet/views.hpp"

namespace spillway {

/// Workers that the requests of the pool need, at `per_worker` requests each.
inline int workers_for(int requests, int per_worker) noexcept {
    return requests / per_worker + (requests % per_worker == 0 ? 0 : 1);
}

/// The same for a mean. A mean that is a whole number of workers but for rounding noise is not rounded up.
inline int workers_for(double requests, double per_worker) noexcept {
    constexpr double kNoise = 1e-9;
    constexpr double kMost = 1e9;  // far beyond every limit, and still an int
    return static_cast<int>(std::fmin(std::ceil(requests / per_worker - kNoise), kMost));
}

}  // namespace spillway
