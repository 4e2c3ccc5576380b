#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What a start goes through, from nothing to ready. The first three are cold start, the others are load.
enum class StartPhase : std::uint8_t { kAcquire, kPull, kContainer, kRuntime, kWeights, kGraphs, kWarmup };
constexpr int kStartPhases = 7;
constexpr bool is_cold_start(StartPhase phase) noexcept { return phase <= StartPhase::kContainer; }

using StartId = Id<struct StartKind>;

/// What a start depends on.
struct StartContext {
    StartId start;              ///< names it until it is ready, has failed or is cancelled
    std::uint64_t nth = 0;      ///< counts the pool's starts: the key of its random draws
    bool node_at_hand = false;  ///< the instance runs already: acquiring a node takes no time
    SimTime node_ready;         ///< with node_at_hand: when it is (or was) acquired
};

/// One stretch of a finished start's critical path; stretches follow each other without gaps.
struct StartStretch {
    StartPhase phase;
    SimTime end;  ///< begins where the one before ended, the first at the start
};

/// Receives what happens to starts.
class StartListener {
public:
    virtual ~StartListener() = default;
    /// The earliest phase still running changed (what a bill calls the worker's state).
    virtual void start_reached(StartId start, StartPhase phase) = 0;
    /// Every phase is over. `path` is valid during the call.
    virtual void start_ready(StartId start, const std::vector<StartStretch>& path) = 0;
    virtual void start_failed(StartId start) = 0;
};

/// How the workers of a pool start; one object serves all starts of a pool (they may share links and caches).
/// Owned by the pool; single-threaded.
class StartupModel {
public:
    virtual ~StartupModel() = default;

    /// Begins a start at `now`. Tells the listener the first phase before it returns; a start without phases
    /// that take time is ready at `now`, through advance().
    virtual void begin(const StartContext& context, SimTime now, StartListener& listener) = 0;

    /// Forgets a start that is neither ready nor failed.
    virtual void cancel(StartId start) = 0;

    /// When advance() is next needed; empty when no start is under way.
    virtual std::optional<SimTime> next_change() const = 0;

    /// Moves to `now`, the time that next_change() named, and tells the listener what happened, starts in the
    /// order in which they began.
    virtual void advance(SimTime now, StartListener& listener) = 0;

    /// The mean time from begin to ready without contention, in seconds: what a planner's checklist compares
    /// with.
    virtual double mean_seconds() const = 0;
};

}  // namespace spillway
