#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/calibrate/passed_over.hpp"
#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

/// Who measured, which decides what the load generator did.
enum class ServedSource : std::uint8_t {
    kInferenceMax,  ///< closed loop; lengths drawn between 80 and 100 % of the nominal ones
    kGapAnalysis,   ///< closed loop; fixed prompts, answers within a few tokens of the nominal length
    kOpenLoop,      ///< requests come at a rate, whatever becomes of those before
};

/// Clients that do not wait for each other, and the limits that their engine was given.
struct OpenStage {
    std::uint32_t requests = 0;
    double seconds = 0;              ///< in which they come
    std::uint32_t prompts = 1;       ///< distinct ones, taken in turn
    std::uint32_t groups = 1;        ///< of prompts that begin alike
    std::uint32_t group_tokens = 0;  ///< with which those of a group begin
    bool primed = false;             ///< all prompts were sent before
    std::uint32_t max_sequences = 0;
    std::uint32_t max_batched_tokens = 0;
    std::uint32_t max_context = 0;
    std::uint64_t kv_blocks = 0;
};

/// A served run, as measured.
struct ServedRun {
    std::string where;    ///< file and line
    std::string curve;    ///< the configuration without its number of clients
    std::string llm;      ///< as in the catalogue
    std::string gpu;      ///< as in the catalogue
    std::string engine;   ///< family: "vllm", "trtllm", "sglang"
    std::string version;  ///< name of the engine in the catalogue: "vllm-0.12"
    ServedSource source = ServedSource::kInferenceMax;
    Precision weights = Precision::kBf16;
    int gpus = 1;
    std::string layout;             ///< of a mixture of experts: how GPUs share it
    bool mixture = false;           ///< its iterations are fitted to served runs, not made of kernels
    std::uint32_t input = 0;        ///< nominal tokens of a prompt
    std::uint32_t output = 0;       ///< and of an answer
    std::uint32_t clients = 0;      ///< of a closed loop
    std::optional<OpenStage> open;  ///< of an open one
    bool samples = false;           ///< the engine sorts each token's distribution
    double ttft = 0;                ///< mean, seconds
    double tpot = 0;                ///< mean, seconds
    bool apart = false;  ///< in a group that was set apart before any fit: its workload seems mislabelled

    double e2e() const noexcept { return ttft + (output - 1) * tpot; }
    /// "Llama-3.1-70B H100 vllm fp8": what a correction of kernels is for.
    std::string group() const;
};

/// A table's runs, and its rows that are none that can be predicted.
struct ServedRows {
    std::vector<ServedRun> runs;
    PassedOver passed_over;
};

/// Closed-loop runs of vLLM, TensorRT-LLM and SGLang from published silicon rows, without those whose prompts
/// and answers are served apart: dense models on H100, H200 and B200 of one node, mixtures of experts on any
/// GPU, where the number of clients is known and not that of several replicas. Throws InputError for a
/// missing column, for a number that is none, for a model, engine or precision in such a row that is unknown,
/// for cells that contradict each other, and when no row is such a run.
ServedRows read_closed_loop_rows(const std::filesystem::path& file);

/// Open-loop runs of vLLM 0.15, each stage a run; rows of whole runs with several stages are passed over.
/// Throws as above.
ServedRows read_open_loop_rows(const std::filesystem::path& file);

}  // namespace spillway
