#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/core/time.hpp"
#include "sim/fleet/views.hpp"

namespace spillway {

/// When a policy is called and what its metrics show. Nothing else wakes it.
struct Wakes {
    std::optional<Duration> tick;  ///< period; the offset is drawn per replication
    bool arrived = false;          ///< a request comes to the pool, before it has a slot or a place to wait
    /// A request found no free slot. Without this, a pool that has no worker and turned requests away, which
    /// no metric shows, wakes its policy for them at the next tick, before it.
    bool unserved = false;
    std::optional<Duration> queue_age;  ///< a request has waited this long
    std::optional<Duration> idle_for;   ///< a worker has been idle this long
    bool ready = false;                 ///< a worker turned ready
    bool freed = false;                 ///< a request left its worker
    bool live = false;                  ///< sees the present instead of sampled, lagged figures
    Duration sample_period = std::chrono::seconds{1};
    Duration window = std::chrono::seconds{60};  ///< metrics are averages over it
    Duration lag{0};                             ///< and this old
    std::optional<Duration> short_window;        ///< averages over this too: PoolView::short_metrics
    bool time_weighted = false;  ///< a sample's requests are means since the sample before, not an instant's
    /// Metrics pause while the pool has neither worker nor request; after a whole window of that, averages
    /// begin anew.
    bool forgets_empty = false;
};

enum class Trigger : std::uint8_t {
    kStart,
    kTick,
    kUnserved,
    kQueueAge,
    kIdle,
    kReady,
    kFreed,
    kWakeAt,
    kArrived
};

/// Who goes first when the target is below the present size. Among busy workers those drain that have the
/// fewest requests.
enum class VictimOrder : std::uint8_t {
    kIdleOnly,       ///< idle workers, longest idle first; starting and busy ones stay
    kIdleThenBusy,   ///< then busy ones drain
    kStartingFirst,  ///< starts are cancelled first, newest first; then idle, then busy
    kNewest,         ///< the newest worker, whatever it does
};

/// What the idle time beyond floor and buffer is called on a bill.
enum class IdleReason : std::uint8_t {
    kTimeout,   ///< an idle time-out running out
    kHeadroom,  ///< a fixed or scheduled base that traffic does not fill
};

/// Which figure of its pool a decision looked at, where it is one whose course can be followed: then an
/// explanation can tell when it really passed the threshold.
enum class LoadFigure : std::uint8_t {
    kNone,        ///< another one
    kQueued,      ///< requests that wait
    kInFlight,    ///< requests on workers
    kOpen,        ///< both
    kArrivalRate  ///< requests a second offered to the pool
};

/// How the policy saw it.
enum class FigureSeen : std::uint8_t {
    kMean,       ///< PoolView::metrics
    kShortMean,  ///< PoolView::short_metrics
    kAsIs,       ///< PoolView's own counts: of the last sample, or of the present
};

/// What a policy wants, and why.
struct ScaleDecision {
    int target =
        0;  ///< wanted asked + starting + ready; above a limit it is clamped and counted; negative: error
    VictimOrder victims = VictimOrder::kIdleOnly;
    std::optional<Duration> drain_limit;  ///< a draining worker is stopped after this
    int floor = 0;   ///< of the target: kept warm whatever happens (bills name the idle time after it)
    int buffer = 0;  ///< of the target: spare beyond demand
    IdleReason idle_reason = IdleReason::kTimeout;  ///< of idle time beyond floor and buffer
    std::optional<SimTime> wake_at;                 ///< call again then (replaces an earlier wish)
    std::string_view rule;                          ///< static text: which rule fired, for `run --explain`
    double observed = 0;                            ///< the figure the rule looked at
    double threshold = 0;                           ///< what it was compared with
    LoadFigure figure = LoadFigure::kNone;          ///< what `observed` is
    FigureSeen seen = FigureSeen::kMean;            ///< and of what view

    bool operator==(const ScaleDecision&) const = default;
};

/// Says how many workers one pool should have.
///
/// Called only for what wakes() names. `view` is what the platform's metrics show; keep no reference into it.
/// Owned by one pool, so state needs no locks. Undecided means: return the present size.
class ScalePolicy {
public:
    virtual ~ScalePolicy() = default;
    virtual Wakes wakes() const = 0;
    virtual ScaleDecision decide(const PoolView& view, Trigger why) = 0;
};

}  // namespace spillway
