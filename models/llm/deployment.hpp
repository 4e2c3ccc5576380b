#pragma once

#include <string>

#include "models/gpu_profile/gpu_profile.hpp"
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

/// The time of an iteration from the GPU's kernels:
///   layers x (QKV, O, gate and up, down products + element-wise + 2 all-reduces + attention) + output
///   matrix,
/// with the engine's overheads, up to the largest batch and the longest context of `rules`.
StepTime kernel_step_time(const Deployment& deployment, const EngineOverheads& overheads,
                          const EngineRules& rules);

}  // namespace spillway
