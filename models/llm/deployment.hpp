#pragma once

#include <string>
#include <vector>

#include "models/gpu_profile/gpu_profile.hpp"
#include "models/gpu_profile/kernel_times.hpp"
#include "models/llm/engine_core.hpp"
#include "models/llm/engine_profile.hpp"
#include "models/llm/llm_catalog.hpp"

namespace spillway {

/// A language model in some precision on some GPUs, served by some engine. Refers to catalogues.
struct Deployment {
    const LlmSpec& llm;
    const GpuProfile& gpu;
    int gpus = 1;  ///< tensor parallelism: the model is split over so many
    Precision weights = Precision::kBf16;
    Precision cache = Precision::kBf16;
    /// Norms are computed in the all-reduces before them: vLLM's fusion passes, an option of its launch.
    bool fused = false;
};

/// What is left of one GPU's memory for keys and values, bytes: its share less the weights, the activations
/// of the largest iteration and what the engine holds itself. Negative: the model does not fit.
double kv_bytes(const Deployment& deployment, const EngineRules& rules, double memory_share);

/// Fills in the rules' kv_blocks (unless given) and their max_context (the model's, unless given; at most
/// what the blocks hold). Throws InputError at `where` when the model does not fit, saying by how much and
/// which tensor parallelism or precision would, when heads cannot be split so, or when the GPU cannot compute
/// so.
void fit_memory(const Deployment& deployment, double memory_share, EngineRules& rules,
                const std::string& where);

/// What a deployment's kernels take, seconds: what its engine's overheads do not change.
struct KernelTables {
    double layers = 0;
    double vocabulary = 0;
    bool parallel = false;  ///< on more than one GPU
    Precision weights = Precision::kBf16;
    double launched = 1;                          ///< share of EngineOverheads::layer that fusion leaves
    std::vector<double> products;                 ///< matrix products of one layer, by tokens from 0
    std::vector<double> touched;                  ///< its element-wise kernels, as many
    std::vector<double> reduced;                  ///< its two all-reduces, as many
    std::vector<double> output;                   ///< the output matrix, by sequences from 0
    std::vector<std::vector<DecodeLine>> decode;  ///< attention of one layer, by sequences from 0
    std::vector<double> context;  ///< prompt attention of one layer, at multiples of StepTime::kContextStep
    double prompt_launch = 0;     ///< and whatever the number of prompts
};

/// Up to the largest batch and the longest context of `rules`.
KernelTables kernel_tables(const Deployment& deployment, const EngineRules& rules);

/// The time of an iteration:
///   layers x (QKV, O, gate and up, down products + element-wise + 2 all-reduces + attention) + output
///   matrix, with the engine's overheads.
StepTime step_time(const KernelTables& kernels, const EngineOverheads& overheads);

/// Both at once.
StepTime kernel_step_time(const Deployment& deployment, const EngineOverheads& overheads,
                          const EngineRules& rules);

}  // namespace spillway
