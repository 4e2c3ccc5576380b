#pragma once

#include <optional>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {

/// Wakes the scaling policies, shows them what they may see, and carries out what they decide.
/// Fleet-internal.
class ControlLoop {
public:
    ControlLoop(FleetState& state, Lifecycle& lifecycle);

    /// Asks every policy for its opening size and begins ticks and samples.
    void begin(SimTime now);

    // What the rest of the fleet reports. Cheap when no policy asked to hear of it.
    void arrived(Pool& pool, SimTime now) {
        if (pool.wakes.arrived)
            wake(pool, Trigger::kArrived, now);
    }
    void unserved(Pool& pool, SimTime now) {
        if (pool.wakes.unserved)
            wake(pool, Trigger::kUnserved, now);
    }
    void ready(Pool& pool, SimTime now) {
        if (pool.wakes.ready)
            wake(pool, Trigger::kReady, now);
    }
    void freed(Pool& pool, SimTime now) {
        if (pool.wakes.freed)
            wake(pool, Trigger::kFreed, now);
    }
    /// A worker became idle.
    void idle(Pool& pool, SimTime now) {
        if (pool.wakes.idle_for)
            arm_idle(pool, now + *pool.wakes.idle_for);
    }
    /// A request joined the queue of the pool: reports its age in time.
    void waits(Pool& pool, std::uint32_t request, std::uint32_t generation, SimTime now);

    /// A pool that starts one worker a request: asks for that worker; empty at the limit or without supply.
    std::optional<std::uint32_t> start_for_request(Pool& pool, SimTime now);
    /// A start of the pool failed or found no supply: if that leaves it short, its policy is asked again
    /// after a while.
    void retry_start_later(Pool& pool, SimTime now);
    /// The same for a start that was cancelled: nothing was refused.
    void look_again_later(Pool& pool, SimTime now);

    /// Workers of the pool were lost: if that leaves it short, its policy is asked at the end of this
    /// instant.
    void replace(Pool& pool, SimTime now);

    // Events.
    void replace_due(Pool& pool, SimTime now);
    void idle_timer(Pool& pool, SimTime now);
    void tick(Pool& pool, SimTime now);
    void sample(Pool& pool, SimTime now);
    void wake_at(Pool& pool, std::uint32_t generation, SimTime now);
    void queue_age(Pool& pool, SimTime now) { wake(pool, Trigger::kQueueAge, now); }
    void start_retry(Pool& pool, SimTime now);

    /// The present, as routes see it.
    PoolView live_view(const Pool& pool, SimTime now) const;
    FleetView live_views(SimTime now);

private:
    Duration retry_delay(const Pool& pool) const;
    void look_for_lack(Pool& pool, SimTime now);
    void wake(Pool& pool, Trigger why, SimTime now);
    PoolView view(const Pool& pool, SimTime now) const;
    void carry_out(Pool& pool, const ScaleDecision& decision, Trigger why, SimTime now);
    void grow(Pool& pool, int target, SimTime now);
    void shrink(Pool& pool, int target, const ScaleDecision& decision, SimTime now);
    std::uint32_t victim(const Pool& pool, VictimOrder order) const;
    void arm_idle(Pool& pool, SimTime at) {
        state_.arm(pool.idle_timer, at, Phase::kIdle, state_.event(FleetEvent::kIdle, pool.id.value));
    }
    void report(const DecisionRecord& decision);

    FleetState& state_;
    Lifecycle& lifecycle_;
    std::vector<PoolView> views_;
    std::vector<ScaleDecision> decisions_;
    std::vector<ScaleDecision> undecided_;  // what decisions_ held when the policy was asked
};

}  // namespace spillway
