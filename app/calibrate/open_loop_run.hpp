#pragma once

#include <cstdint>

#include "app/calibrate/served_figures.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// Requests that come at a rate, whatever becomes of those before. Prompts come from a pool and are taken in
/// turn, so that an engine's prefix cache knows them after the first round.
struct OpenLoop {
    std::uint32_t requests = 1;
    double seconds = 1;  ///< in which they come: Poisson arrivals, given their number
    std::uint32_t input = 1;
    std::uint32_t output = 2;
    std::uint32_t prompts = 1;       ///< distinct ones
    std::uint32_t groups = 1;        ///< of prompts that begin alike
    std::uint32_t group_tokens = 0;  ///< with which those of a group begin
    bool primed = false;             ///< every prompt was sent once before
    std::uint32_t prefix_unit = 16;  ///< tokens for which a prompt's prefix block stands
};

/// Runs the requests against one worker's engine. Arrivals are always the same draws. Deterministic.
/// Requires: requests, prompts and groups above 0, answers of two tokens at least (CHECK); a request that the
/// engine rejects or cuts is our bug (CHECK).
ServedFigures run_open_loop(ServiceModel& engine, const OpenLoop& loop);

}  // namespace spillway
