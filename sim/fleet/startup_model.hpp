#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What a start goes through, from nothing to ready. The first three are cold start, the others are load.
enum class StartPhase : std::uint8_t { kAcquire, kPull, kContainer, kRuntime, kWeights, kGraphs, kWarmup };
constexpr int kStartPhases = 7;
constexpr bool is_cold_start(StartPhase phase) noexcept { return phase <= StartPhase::kContainer; }

using StartId = Id<struct StartKind>;
using HostId = Id<struct HostKind>;  ///< an index into FleetSpec::hosts

/// What a start depends on.
struct StartContext {
    StartId start;                 ///< names it until it is ready, has failed or is cancelled
    std::uint64_t nth = 0;         ///< counts the pool's starts: the key of its random draws
    bool node_at_hand = false;     ///< the instance runs already: acquiring a node takes no time
    SimTime node_ready;            ///< with node_at_hand: when it is (or was) acquired
    std::optional<HostId> host{};  ///< where it lands; empty: nothing is known of its hosts
    std::uint32_t version = 0;     ///< of what it runs: what a host keeps of another version is of no use
};

/// One stretch of a finished start's critical path; stretches follow each other without gaps.
struct StartStretch {
    StartPhase phase;
    SimTime end;  ///< begins where the one before ended, the first at the start
};

/// Where a phase of a start found what it needs.
enum class PhaseSource : std::uint8_t {
    kElsewhere,   ///< made or fetched anew; also of a phase that needs nothing that can be kept
    kHostDisk,    ///< kept on its host's disk
    kHostMemory,  ///< or in its memory
    kSnapshot,    ///< restored
    kSpared,      ///< what it would have done, a restored snapshot had
};

/// One phase of a start that is over.
struct PhaseTrace {
    std::string_view name;  ///< as the user wrote it; valid as long as the model
    StartPhase kind;
    SimTime begin;
    SimTime end;
    PhaseSource source = PhaseSource::kElsewhere;
    bool could_be_kept = false;  ///< its start's host has room for things of this kind
    bool critical = false;       ///< on the critical path
    std::optional<Duration>
        alone{};  ///< of a transfer over shared links: what it takes when nobody else uses them
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
    virtual void cancel(StartId start, SimTime now) = 0;

    /// When advance() is next needed; empty when no start is under way.
    virtual std::optional<SimTime> next_change() const = 0;

    /// Moves to `now`, the time that next_change() named, and tells the listener what happened, starts in the
    /// order in which they began.
    virtual void advance(SimTime now, StartListener& listener) = 0;

    /// The mean time from begin to ready without contention, in seconds: what a planner's checklist compares
    /// with.
    virtual double mean_seconds() const = 0;

    /// Which part of a start on that host it would be spared: the more, the larger. Zero: nothing.
    virtual int warmth(HostId host, std::uint32_t version, SimTime now) const {
        static_cast<void>(host), static_cast<void>(version), static_cast<void>(now);
        return 0;
    }

    /// A worker that was ready left in good order: what it had loaded may be kept on its host.
    virtual void worker_left(std::optional<HostId> host, std::uint32_t version, SimTime now) {
        static_cast<void>(host), static_cast<void>(version), static_cast<void>(now);
    }

    /// The host failed and comes back empty.
    virtual void host_lost(HostId host, SimTime now) { static_cast<void>(host), static_cast<void>(now); }

    /// Whether what earlier starts or workers left behind can make a start shorter. Constant over its life.
    virtual bool remembers() const { return false; }
    /// What the phases of a start went through that is being told as ready; asked inside start_ready() and
    /// nowhere else. Empty: the model knows of none.
    virtual std::vector<PhaseTrace> trace(StartId start) const {
        static_cast<void>(start);
        return {};
    }

    /// Whether its starts and those of other pools slow each other down: then a begin, an end or a cancelled
    /// start of one model moves the next change of others. Constant over its life.
    virtual bool shares_links() const { return false; }
};

}  // namespace spillway
