#pragma once

#include <optional>
#include <vector>

#include "sim/fleet/control_loop.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {

/// Replaces the workers of pools by those of a new version, step by step. Fleet-internal.
class Rollouts {
public:
    Rollouts(FleetState& state, Lifecycle& lifecycle, ControlLoop& control)
        : state_(state), lifecycle_(lifecycle), control_(control), plans_(state.pools.size()) {}

    void begin();
    /// The rollout of that number begins; one of its pool that is under way is overtaken.
    void due(std::uint32_t number, SimTime now);
    /// Workers of the pool turned ready, or left.
    void step(Pool& pool, SimTime now) {
        if (pool.rolling)
            move_on(pool, now);
    }

private:
    void restart_starts(Pool& pool, RolloutSpec& plan, SimTime now);
    void move_on(Pool& pool, SimTime now);
    bool start_new(Pool& pool, const RolloutSpec& plan, int outdated, SimTime now);
    /// A worker that is starting: the last; kNoNode when there is none.
    std::uint32_t under_way(const Pool& pool) const;
    std::vector<std::uint32_t> outdated_of(const Pool& pool) const;

    FleetState& state_;
    Lifecycle& lifecycle_;
    ControlLoop& control_;
    std::vector<std::optional<std::uint32_t>> plans_;  // by pool: which rollout it is in
};

}  // namespace spillway
