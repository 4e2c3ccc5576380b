#pragma once

#include "models/llm/engine_core.hpp"

namespace spillway {

/// Tokens of a request, on average.
struct MeanRequest {
    double prompt = 0;  ///< that are computed
    double cached = 0;  ///< of its prompt, found in the prefix cache before them
    double output = 0;
};

/// Requests a second that an engine completes when more always wait: its batch is as large as sequences, KV
/// memory and tokens of an iteration allow, with prompts beside decodes in the mix of `mean`, or apart from
/// them (PrefillMode::kPromptsFirst). Every sequence counts as half way through its answer. 0 where `mean`
/// has no tokens. Requires concurrency > 0.
double best_rate(const EngineSetup& setup, const MeanRequest& mean, int concurrency);

}  // namespace spillway
