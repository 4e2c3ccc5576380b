#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/snapshot.hpp"

namespace spillway {

/// One pool over one sampling period: its state at the end, and what happened in it.
struct TimelineRow {
    SimTime from;
    SimTime to;
    PoolId pool;
    std::array<int, kWorkerStates> workers{};  ///< by state, at `to`
    int queued = 0;                            ///< at `to`
    int in_flight = 0;                         ///< at `to`
    std::uint64_t arrivals = 0;                ///< in (from, to]
    std::uint64_t ended = 0;                   ///< in (from, to]
};

/// Turns snapshots into rows as they come; keeps only the last snapshot of each pool.
class Timeline {
public:
    /// The first row of a pool runs from `begin`, before which it had no arrivals.
    explicit Timeline(SimTime begin) : begin_(begin) {}

    /// Requires: snapshots of a pool come in time order and its counts never fall (CHECK).
    TimelineRow add(const PoolSnapshot& snapshot);

private:
    SimTime begin_;
    std::vector<PoolSnapshot> last_;  // by PoolId
};

}  // namespace spillway
