#pragma once

#include "sim/core/config.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// A pool's "queue" into `spec`. The mean start is what a pending limit is a multiple of. Throws InputError.
void read_queue(const ConfigNode& node, double mean_start_seconds, PoolSpec& spec);

/// A pool's "rate_limit" into `spec`. Throws InputError.
void read_rate_limit(const ConfigNode& node, PoolSpec& spec);

}  // namespace spillway
