#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// Tokens of a stage: `factor` times those of the request, and a draw of `plus` on top; rounded to nearest.
struct StageTokens {
    double factor = 1;
    std::optional<Distribution> plus;  ///< empty: nothing
};

/// One stage of a staged request. In its pool it is a request like any other.
struct StageSpec {
    std::string name;
    std::optional<PoolId> pool;        ///< empty: where the fleet's route sends it
    std::vector<std::uint32_t> after;  ///< stages that must have ended before it begins, each before this one
    double share = 1;  ///< of the requests that take it, 0..1; a stage not taken takes no time
    StageTokens input;
    StageTokens output;
    std::optional<std::uint32_t> max_tokens;  ///< empty: `output.factor` times the request's, rounded up
    double service_factor = 1;                ///< of the request's own measured service time
};

/// What is sent again after an attempt of a stage that did not complete.
enum class FlowRetry : std::uint8_t {
    kStage,    ///< the stage; the others keep what they have
    kRequest,  ///< the whole request, by its client
};

/// The stages that each request of a class goes through, ordered so that each comes after all that it waits
/// for. A request ends when all of its stages have; it fails when one has for good.
struct FlowSpec {
    std::string name;
    std::vector<StageSpec> stages;
    std::optional<std::uint32_t> answers;  ///< the stage whose tokens the client reads; empty: the last one
                                           ///< on the critical path
    FlowRetry retry = FlowRetry::kStage;
};

}  // namespace spillway
