#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

// What the control plane may see. By type there is no output length here, no later arrival and no service
// time of a request that has not ended: a policy cannot plan with what a real platform does not know.

/// A request as a router sees it.
struct RequestView {
    std::uint64_t origin;
    ClassId class_id;
    std::uint32_t input_tokens;
    std::uint32_t max_tokens;
    std::uint64_t session;
    Duration waited;  ///< since this attempt arrived
    SimTime now{};
    std::span<const std::uint64_t> prefix_blocks{};  ///< of its prompt; valid during the call
};

/// Averages over the metric window that ended `lag` ago. Zero until the first sample.
struct PoolMetrics {
    double queued = 0;        ///< mean requests waiting
    double in_flight = 0;     ///< mean requests on workers
    double arrival_rate = 0;  ///< requests a second offered to the pool
    double busy_share = 0;    ///< mean busy workers over mean ready workers; 0 when none was ready
};

/// A pool as its scaler sees it. Policies that are not declared live get the counts of the last sample that
/// is at least `lag` old in place of the present ones (workers excepted: a control plane knows its own
/// orders).
struct PoolView {
    PoolId pool;
    SimTime now;
    std::int64_t wall_clock;  ///< seconds since 1970-01-01 of the scenario's own clock, at `now`
    int min_workers;          ///< the pool's limits; a decision beyond them is clamped and counted
    int max_workers;
    int concurrency;  ///< requests at once per worker
    int asked;        ///< wanted, waiting for supply
    int starting;
    int idle;          ///< ready without a request
    int idle_expired;  ///< of these, idle for at least Wakes::idle_for
    int busy;          ///< ready with at least one request
    int draining;      ///< not part of present()
    int queued;        ///< requests waiting without a worker
    int queued_now;    ///< the same at `now`, whatever the metrics show
    int queued_again;  ///< for a FleetPolicy: of the sum of all pools' queued_now, places beyond a request's
                       ///< first
    int in_flight;     ///< requests on workers that are not draining
    Duration oldest_wait;                ///< of the requests waiting; zero when none waits
    std::optional<SimTime> last_active;  ///< when an input last ran or waited; empty: never
    PoolMetrics metrics;
    PoolMetrics short_metrics;   ///< over Wakes::short_window, where the policy asked for it
    bool start_refused = false;  ///< a start failed or found no GPU; until the pool tries again
    int surplus = 0;             ///< of these, workers that a rollout has in excess (below 0: lacks)

    /// The size that a decision's target is compared with.
    int present() const noexcept { return asked + starting + idle + busy - surplus; }
    int ready() const noexcept { return idle + busy; }
};

/// All pools, in the scenario's order.
using FleetView = std::span<const PoolView>;

}  // namespace spillway
