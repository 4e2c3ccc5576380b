#pragma once

#include <vector>

#include "app/learn/observed.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_core.hpp"
#include "models/llm/engine_rules.hpp"

namespace spillway {

/// What a request of a replay took, seconds.
struct ReplayedRequest {
    double ttft = 0;
    double tpot = 0;  ///< 0 for one token
};

/// What an engine is told for a replay.
struct ReplayEngine {
    EngineRules rules;  ///< with room for each request of the runs
    double expert_share = 1;
};

/// The engine with iterations of these coefficients: one for all runs, its tables are large.
EngineSetup replay_setup(const ReplayEngine& engine, const EmpiricalStep& step);

/// Sends the run's requests to one engine a worker: at the times that it has, as clients that each wait for
/// their answer, or at its rate (Poisson, always the same draws). In order of the run's requests.
/// Deterministic. Requires that each request fits the engine (CHECK).
std::vector<ReplayedRequest> replay(const ObservedRun& run, const EngineSetup& setup);

}  // namespace spillway
