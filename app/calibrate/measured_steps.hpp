#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/llm/empirical.hpp"

namespace spillway {

/// Two iterations of one batch, as measured: the one that computes all its prompts and one that decodes.
struct MeasuredStep {
    std::string where;  ///< file and line of its first repeat
    DeploymentKey key;
    std::uint32_t prompt = 0;  ///< tokens of each prompt
    std::uint32_t batch = 0;   ///< prompts
    double prompt_seconds = 0;
    double token_seconds = 0;
    bool apart =
        false;  ///< its memory cannot have held the batch: the time is shorter than that of fewer prompts
};

/// The published steps of an engine of 2023: medians of the repeats of each batch, those of power-capped GPUs
/// left out. Throws InputError for a missing column, a number that is none and a name that is unknown.
std::vector<MeasuredStep> read_measured_steps(const std::filesystem::path& file);

}  // namespace spillway
