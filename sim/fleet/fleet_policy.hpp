#pragma once

#include <span>

#include "sim/fleet/scale_policy.hpp"

namespace spillway {

/// Says how many workers several pools should have, together (a spike buffer, a shared quota).
///
/// `why` fired in pool `where`. `decisions` has one entry a pool, set to "the present size" on entry; write
/// those that should change. Owned by one fleet; state needs no locks.
class FleetPolicy {
public:
    virtual ~FleetPolicy() = default;
    virtual Wakes wakes(PoolId pool) const = 0;
    virtual void decide(FleetView pools, PoolId where, Trigger why, std::span<ScaleDecision> decisions) = 0;
};

}  // namespace spillway
