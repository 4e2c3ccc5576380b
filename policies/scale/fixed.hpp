#pragma once

#include <memory>

#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// Keeps `workers` whatever happens; its idle time is headroom.
std::unique_ptr<ScalePolicy> make_fixed(int workers);

}  // namespace spillway
