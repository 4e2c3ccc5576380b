// ControlLoop, second part: starts that failed and workers that were lost.
#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/fleet/control_loop.hpp"

namespace spillway {
namespace {

constexpr Duration kLongestRetry = std::chrono::hours{24};  // where no maximum is given

}  // namespace

void ControlLoop::retry_start_later(Pool& pool, SimTime now) {
    pool.start_refused = true;
    look_again_later(pool, now);
}

void ControlLoop::look_again_later(Pool& pool, SimTime now) {
    if (std::exchange(pool.retry_pending, true))
        return;
    state_.simulator.schedule(now + retry_delay(pool), Phase::kControl,
                              state_.event(FleetEvent::kStartRetry, pool.id.value));
}

/// Longer after each start that failed since the last that did not.
Duration ControlLoop::retry_delay(const Pool& pool) const {
    const StartBackoff& backoff = pool.spec.start_backoff;
    if (pool.failures_in_row <= 1 && backoff.jitter == 0)
        return pool.spec.start_retry;
    const double most = to_seconds(backoff.max.value_or(std::max(kLongestRetry, pool.spec.start_retry)));
    const double grown =
        to_seconds(pool.spec.start_retry) * std::pow(backoff.factor, std::max(1U, pool.failures_in_row) - 1);
    RandomStream luck(StreamKey(state_.spec.seed, "start retry/" + pool.spec.name), pool.failures);
    return from_seconds(std::min(grown, most) * (1 + backoff.jitter * (2 * luck.uniform() - 1)));
}

void ControlLoop::start_retry(Pool& pool, SimTime now) {
    pool.retry_pending = false;
    pool.start_refused = false;
    look_for_lack(pool, now);
}

void ControlLoop::replace(Pool& pool, SimTime now) {
    if (std::exchange(pool.replace_pending, true))
        return;
    state_.simulator.schedule(now, Phase::kControl, state_.event(FleetEvent::kReplace, pool.id.value));
}

void ControlLoop::replace_due(Pool& pool, SimTime now) {
    pool.replace_pending = false;
    look_for_lack(pool, now);
}

void ControlLoop::look_for_lack(Pool& pool, SimTime now) {
    const bool short_of_workers = pool.present() < std::min(pool.last_decision.target, pool.limit());
    if (short_of_workers || (pool.waiting() > 0 && !pool.index.has_room()))
        wake(pool, Trigger::kUnserved, now);
}

}  // namespace spillway
