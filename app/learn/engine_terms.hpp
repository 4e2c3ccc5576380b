#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "models/llm/empirical.hpp"

namespace spillway {

/// A coefficient of EmpiricalStep that is learnt. crowded_token stays 0: an engine that chunks prompts has
/// none.
struct EngineTerm {
    std::string_view name;
    double EmpiricalStep::*member;
    std::string_view meaning;  ///< of what it is the time
};

/// In the order in which they are kept: of terms that the data cannot tell apart the last one goes first.
inline constexpr std::array<EngineTerm, 8> kEngineTerms{{
    {"step", &EmpiricalStep::step, "an iteration"},
    {"prompt_token", &EmpiricalStep::prompt_token, "a prompt's token"},
    {"sequence", &EmpiricalStep::sequence, "a sequence in an iteration"},
    {"experts", &EmpiricalStep::experts, "all experts of a mixture"},
    {"kv_token", &EmpiricalStep::kv_token, "a token of context that is read"},
    {"request", &EmpiricalStep::request, "a request, before the engine's queue"},
    {"prompt_step", &EmpiricalStep::prompt_step, "an iteration with prompts, beside its tokens"},
    {"prompt_square", &EmpiricalStep::prompt_square, "a prompt, by the square of its length"},
}};
inline constexpr std::size_t kTermCount = kEngineTerms.size();

/// A number for each term.
using TermValues = std::array<double, kTermCount>;

/// Places among kEngineTerms.
namespace place {
enum Place : std::uint8_t {
    kStep,
    kPromptToken,
    kSequence,
    kExperts,
    kKvToken,
    kRequest,
    kPromptStep,
    kPromptSquare
};
}  // namespace place

inline EmpiricalStep step_of(const TermValues& values) {
    EmpiricalStep step;
    for (std::size_t i = 0; i < kTermCount; ++i) step.*kEngineTerms[i].member = values[i];
    return step;
}

}  // namespace spillway
