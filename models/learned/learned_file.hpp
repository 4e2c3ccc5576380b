#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "models/llm/empirical.hpp"
#include "sim/core/config.hpp"

namespace spillway {

inline constexpr std::string_view kLearnedSchema = "spillway.learned/1";

/// That share one model.
inline constexpr int kMostLearnedGpus = 1024;

/// Least and most of what was measured.
using LearnedRange = std::array<std::uint32_t, 2>;

/// An engine as somebody's own measurements show it. Its model need not be one that the catalogue knows.
struct LearnedEngine {
    std::string llm;  ///< as the measurements name it; empty: they do not
    std::string gpu;  ///< of the catalogue or of a run's own profiles; empty: it was not said
    std::optional<Precision> weights;  ///< empty: it was not said
    int gpus = 1;
    std::string scheduler = "vllm";  ///< the engine of the catalogue by whose rules it batches
    std::uint32_t max_sequences = 0;
    std::uint32_t max_batched_tokens = 0;
    std::uint32_t block_tokens = 16;
    std::optional<std::uint64_t> kv_blocks;  ///< as its metrics have it
    double expert_share = 1;                 ///< of EmpiricalStep::experts
    EmpiricalStep step;
    LearnedRange sequences{};  ///< at once
    LearnedRange input_tokens{};
    LearnedRange output_tokens{};
    double ttft_error = 0;  ///< median of the absolute error, a share
    double tpot_error = 0;
    std::string errors_of = "left out";  ///< or "fitted": too few runs to leave one out
};

/// What `spillway learn` wrote, as far as scenarios use it: scenario fragments, each with its place.
struct LearnedFile {
    std::string name;  ///< as the scenario has it
    std::optional<LearnedEngine> engine;
    std::optional<ConfigNode> startup;   ///< a pool's "startup"
    std::optional<ConfigNode> patience;  ///< a law of durations
    std::string no_engine;               ///< why there is none
    std::string no_startup;
    std::string no_patience;
};

/// Reads the text of a file. Throws InputError at its place, which begins with `name`, for one that is none
/// of ours or is damaged.
LearnedFile read_learned_text(const std::string& text, const std::string& name);

/// Reads `name`, relative to `folder`. Throws InputError at `where` for a file that is not there, and at its
/// own place for one that is none of ours or is damaged.
LearnedFile read_learned_file(const std::filesystem::path& folder, const std::string& name,
                              const std::string& where);

}  // namespace spillway
