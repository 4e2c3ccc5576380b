#pragma once

#include "sim/fleet/specs.hpp"

namespace spillway {

/// Throws InputError when `spec` contradicts itself (no pool, a minimum above the maximum). Fleet-internal.
void check_spec(const FleetSpec& spec);

}  // namespace spillway
