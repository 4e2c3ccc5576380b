#pragma once

#include <cstdint>

namespace spillway {

/// The order of what happens at one instant. This list is the only place that decides it.
enum class Phase : std::uint8_t {
    kWindow,  ///< the measured window opens or closes before anything else of that instant
    kFinish,  ///< a finish frees its slot first: the client got its answer, the slot is free for what follows
    kReady,   ///< a worker that turns ready at a deadline still serves the request that waited for it
    kFault,   ///< what goes wrong finds the answers gone and the workers that turned ready
    kTimeout,   ///< a request that nobody took by now is gone before newcomers are looked at
    kArrival,   ///< newcomers find the slots that finishes freed, and idle workers about to expire
    kOverflow,  ///< a queue age is reached only if nobody took the request at that instant
    kIdle,      ///< a request at the very end of an idle time-out finds the worker warm
    kControl,   ///< scalers see the settled instant
    kSample,    ///< metrics are read last
};

}  // namespace spillway
