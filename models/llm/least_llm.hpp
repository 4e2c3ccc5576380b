#pragma once

#include <cstdint>

#include "models/llm/engine_core.hpp"
#include "sim/fleet/service_model.hpp"

namespace spillway {

/// What a token takes of an engine at the least, in seconds: no iteration is shorter than what its tokens add
/// up to, whatever it holds.
struct TokenShares {
    double decode = 0;    ///< one that is decoded
    double prompt = 0;    ///< one of a prompt that is computed
    double kv_token = 0;  ///< for each token of KV memory that a decode reads
};

/// Of all weights for which that holds, those that make most of five prompt tokens to one that is decoded,
/// for iterations of up to `concurrency` sequences. The host's launches count for nothing.
TokenShares token_shares(const EngineSetup& setup, int concurrency);

/// What one request takes in an engine, in any company. Prompts count as one token where a cache may hold the
/// rest.
LeastService least_of_llm(const EngineSetup& setup, const TokenShares& shares, const ServiceRequest& request);

}  // namespace spillway
