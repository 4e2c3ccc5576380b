#pragma once

#include <array>
#include <cstdint>

#include "sim/core/time.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// One pool as it stands at an instant, taken once a second by a background event.
struct PoolSnapshot {
    SimTime at;
    PoolId pool;
    std::array<int, kWorkerStates> workers{};  ///< by state
    int queued = 0;                            ///< requests waiting without a worker
    int in_flight = 0;                         ///< requests on workers
    std::uint64_t arrivals = 0;                ///< attempts offered to the pool since the window opened
    std::uint64_t ended = 0;                   ///< attempts that ended there since the window opened
};

}  // namespace spillway
