#pragma once

#include <array>
#include <memory>

#include "traces/gen/generator_params.hpp"
#include "traces/registry.hpp"

namespace spillway {

inline constexpr auto kSessionsParams = generator_params(std::array{
    required_param("rate", ParamKind::kRate, "Rate at which sessions start (Poisson)."),
    required_param("turns", ParamKind::kNumberLaw,
                   "Turns of a session, to the nearest whole number, at least 1."),
    required_param("think_time", ParamKind::kDurationLaw, "From an answer to the session's next turn."),
    default_param("system_tokens", ParamKind::kCount, "0", "Prompt tokens before the first turn's own text."),
    default_param(
        "block_tokens", ParamKind::kCount, "512",
        "Tokens of a prompt that one prefix block stands for, as the engine's prefix_unit; 0: no blocks."),
    optional_param("max_context", ParamKind::kCount,
                   "A session ends before a further turn whose prompt is longer."),
    choice_param(
        "on_failure", "end|ask-again", "end",
        "After a turn that failed: end the session, or send the same turn again after a think time."),
});

/// Conversations. `input_tokens` is the new text of a turn; its prompt is the system text, all earlier texts
/// and answers of the session, and the new text; its prefix blocks are those of the session's earlier prompts
/// as far as they go, and within the system text those of every session. Reacts to answers.
std::unique_ptr<RequestSource> make_sessions(ParamReader& params, const SourceContext& context);

}  // namespace spillway
