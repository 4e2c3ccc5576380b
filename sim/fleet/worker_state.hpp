#pragma once

#include <array>
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

using PoolId = Id<struct PoolKind>;
using WorkerId = Id<struct WorkerKind>;  ///< a slot of the pool's worker table, reused by later lives

/// The states of a worker, as bills and reports name them.
enum class WorkerState : std::uint8_t {
    kAsked,      ///< wanted, but the supply has no GPU for it yet
    kAcquiring,  ///< the node is being found or booted
    kPulling,    ///< the image is being pulled
    kStarting,   ///< container, runtime, weights, graphs, warm-up
    kIdle,       ///< ready, no request
    kBusy,       ///< at least one request
    kDraining,   ///< finishes what it has, takes nothing new
    kStopping,   ///< empty and on its way out
    kStopped,
    kFailed,  ///< the start or the worker failed
};
constexpr int kWorkerStates = 10;

constexpr WorkerState state_of(StartPhase phase) noexcept {
    switch (phase) {
        case StartPhase::kAcquire:
            return WorkerState::kAcquiring;
        case StartPhase::kPull:
            return WorkerState::kPulling;
        case StartPhase::kContainer:
        case StartPhase::kRuntime:
        case StartPhase::kWeights:
        case StartPhase::kGraphs:
        case StartPhase::kWarmup:
            return WorkerState::kStarting;
    }
    return WorkerState::kStarting;
}

/// Integrates the time that one worker life spends in each state inside the measured window. The only clock
/// that reports and bills read, so that none can bill more hours than it shows.
class WorkerClock {
public:
    void begin(WorkerState state, SimTime now) noexcept {
        spent_.fill(Duration::zero());
        state_ = state;
        since_ = now;
    }
    void enter(WorkerState state, SimTime now) noexcept {
        spent_[static_cast<std::size_t>(state_)] += now - since_;
        state_ = state;
        since_ = now;
    }
    /// Forgets what was spent before `now`: the measured window opens.
    void reset(SimTime now) noexcept {
        spent_.fill(Duration::zero());
        since_ = now;
    }

    WorkerState state() const noexcept { return state_; }
    Duration spent(WorkerState state) const noexcept { return spent_[static_cast<std::size_t>(state)]; }

private:
    std::array<Duration, kWorkerStates> spent_{};
    SimTime since_;
    WorkerState state_ = WorkerState::kStopped;
};

}  // namespace spillway
