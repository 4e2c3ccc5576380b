#pragma once

#include <tuple>
#include <vector>

#include "sim/fleet/route_policy.hpp"

namespace spillway {

/// A worker that a route may choose, and what its engine shows.
struct WorkerTokens {
    WorkerId worker;
    int load = 0;
    EngineView engine;

    /// Fewer tokens go first, then fewer requests, then the lower number.
    bool before(const WorkerTokens& other) const {
        return std::tuple(engine.outstanding_tokens(), load, worker.value) <
               std::tuple(other.engine.outstanding_tokens(), other.load, other.worker.value);
    }
};

/// All of them, one engine asked after the other. Requires engines that show something (CHECK).
std::vector<WorkerTokens> ask_engines(const WorkerChoices& choices, const RequestView& request);

/// Requires: not empty.
const WorkerTokens& fewest_tokens(const std::vector<WorkerTokens>& workers);

}  // namespace spillway
