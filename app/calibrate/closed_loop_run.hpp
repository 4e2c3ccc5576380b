#pragma once

#include <cstdint>

#include "app/calibrate/served_figures.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Lengths spread evenly between two bounds, both included.
struct LengthRange {
    std::uint32_t least = 1;
    std::uint32_t most = 1;
};

/// Clients that each send a request, wait for its answer and send the next; all begin at 0.
struct ClosedLoop {
    std::uint32_t clients = 1;
    std::uint32_t requests = 1;  ///< of all clients
    LengthRange input;
    LengthRange output;
};

/// Runs the clients against one worker's engine. Lengths follow the Van der Corput sequences of bases 2
/// (prompts) and 3 (answers) rather than draws, so that a run of 40 requests has no sampling noise.
/// Deterministic. Requires: clients and requests above 0, answers of two tokens at least (CHECK); a request
/// that the engine rejects is our bug (CHECK).
ServedFigures run_closed_loop(ServiceModel& engine, const ClosedLoop& loop);

}  // namespace spillway
