#pragma once

#include "app/bound/least_start.hpp"
#include "sim/billing/contract.hpp"
#include "sim/billing/money.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// What a pool of workers costs at the least, in US dollars. A unit is what is bought: a worker, or an
/// instance that several workers share. It is up from its first worker's being ready to its last one's end.
struct UnitCost {
    double per_second = 0;  ///< of a unit that is up, or that serves where idle time is free
    bool pays_idle = true;
    int workers = 1;     ///< of a unit
    double covered = 0;  ///< unit-seconds that always_paid() has paid for already
    LeastStart start;
    bool none_at_0 = false;             ///< none can be up at time 0
    bool starts_before = false;         ///< a start may have begun before time 0, where nothing is billed
    bool starts_are_drawn_out = false;  ///< it may last longer than `start.longest`

    /// Dollars for a start that is ready at `ready`, at the least.
    double start_cost(SimTime ready) const;
};

/// What a pool pays whatever its fleet does: commitments, and disks around the clock.
Money always_paid(const Purchase& purchase, Duration window);

/// Errs to the low side throughout. Begins starts of `pool`'s start-up model.
UnitCost unit_cost(const Purchase& purchase, const PoolSpec& pool, Duration window, SimTime begin);

}  // namespace spillway
