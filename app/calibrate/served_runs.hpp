#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

/// Who measured, which decides what the load generator did.
enum class ServedSource : std::uint8_t {
    kInferenceMax,  ///< lengths drawn between 80 and 100 % of the nominal ones
    kGapAnalysis,   ///< fixed prompts; answers within a few tokens of the nominal length, and sampled
};

/// A served run of closed-loop clients, as measured.
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
    std::uint32_t input = 0;   ///< nominal tokens of a prompt
    std::uint32_t output = 0;  ///< and of an answer
    std::uint32_t clients = 0;
    double ttft = 0;     ///< mean, seconds
    double tpot = 0;     ///< mean, seconds
    bool apart = false;  ///< in a group that was set apart before any fit: its workload seems mislabelled

    double e2e() const noexcept { return ttft + (output - 1) * tpot; }
    /// "Llama-3.1-70B H100 vllm fp8": what a correction of kernels is for.
    std::string group() const;
};

/// The dense runs of one node with vLLM, TensorRT-LLM and SGLang on H100, H200 and B200, from the published
/// silicon rows. Throws InputError for a missing column, for a number that is none, and for a model, GPU or
/// precision in such a row that is unknown.
std::vector<ServedRun> read_served_runs(const std::filesystem::path& file);

}  // namespace spillway
