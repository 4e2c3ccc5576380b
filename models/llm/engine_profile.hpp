#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/gpu_profile/gpu_profile.hpp"
#include "models/llm/engine_rules.hpp"

namespace spillway {

/// What an engine adds to and makes of its GPU's kernels: its version with the host it runs on. Seconds.
/// Fitted to served runs, never to kernels; the scales correct kernels for the engine's own versions of them.
struct EngineOverheads {
    double gemm_scale = 1;     ///< of matrix products and element-wise kernels
    double decode_scale = 1;   ///< of decode attention
    double prefill_scale = 1;  ///< beside gemm_scale, of prompt attention and in iterations with prompts
    double all_reduce_scale = 1;
    double fp8_scale = 1;         ///< of products of fp8 weights: engines quantise as tables do not always
    double nvfp4_scale = 1;       ///< of nvfp4 ones
    double layer = 0;             ///< each layer of an iteration, with no kernel fused
    double step = 0;              ///< each iteration
    double parallel_step = 0;     ///< and with more than one GPU
    double sequence = 0;          ///< each sequence that gets a token
    double sampling_step = 0;     ///< each iteration of a model that samples, and ...
    double vocabulary_entry = 0;  ///< ... each entry of each token's distribution
    double prompt_token = 0;      ///< each prompt token that is computed
    double host_layer = 0;   ///< the host's launches for a layer of prompts: the device may wait for them
    double request = 0;      ///< from a request's arrival to the engine's queue, beside others
    double front = 0;        ///< of the API server, which takes one request at a time
    double front_token = 0;  ///< and for each token of its prompt
};

/// How one GPU, or one model on it, departed from its engine's overheads in served runs. All kernels but
/// all-reduces take `scale` times as long, those of prompts `prefill_scale` times that.
struct KernelCorrection {
    std::string gpu;
    std::string llm;  ///< empty: every model in every precision
    Precision weights = Precision::kBf16;
    double scale = 1;
    double prefill_scale = 1;
};

/// What an engine batches by default on GPUs smaller than those that its rules are for.
struct SmallGpuLimits {
    double memory_below = 0;        ///< bytes of one GPU
    std::vector<std::string> also;  ///< GPUs that count as such whatever memory they have
    std::uint32_t max_sequences = 0;
    std::uint32_t max_batched_tokens = 0;
};

/// An engine as the catalogue describes it: its scheduler's rules, what it adds to kernels, and how it shares
/// out the GPU's memory. kv_blocks, max_context and overheads by request are filled in for a model on a GPU.
struct EngineProfile {
    std::string name;     ///< "vllm-0.12"
    std::string summary;  ///< one line
    std::string provenance;
    EngineRules rules;
    std::optional<SmallGpuLimits> small_gpus;  ///< empty: the same limits on all
    EngineOverheads overheads;
    std::vector<KernelCorrection> corrections;
    double memory_share = 0.9;          ///< of the GPU's memory that the engine may take
    bool quantised_cache = false;       ///< models with fewer bits than 16 get an fp8 cache by default
    bool measured_only = false;         ///< kernels do not explain it: only deployments that were measured
    std::vector<std::string> fused_on;  ///< GPUs on which it was launched with its fusion passes
};

const std::vector<EngineProfile>& engine_catalog();

/// Throws InputError at `where` for another name, with the nearest one and the list.
const EngineProfile& find_engine(std::string_view name, const std::string& where);

/// The entry for a version of an engine, or the engine's own where there is none. Throws as above.
const EngineProfile& engine_of(std::string_view engine, std::string_view version, const std::string& where);

/// The engine's rules with the limits that it has by default on this GPU.
EngineRules rules_on(const EngineProfile& engine, const GpuProfile& gpu);

/// Whether the engine was launched with its fusion passes on this GPU: Deployment::fused.
bool fuses_on(const EngineProfile& engine, std::string_view gpu);

/// The engine's overheads with all corrections that apply.
EngineOverheads overheads_on(const EngineProfile& engine, std::string_view gpu, std::string_view llm,
                             Precision weights);
/// Each token is the likeliest: no distribution is sorted.
void be_greedy(EngineOverheads& overheads);
/// All kernels but all-reduces take `scale` times as long.
void scale_kernels(EngineOverheads& overheads, double scale);

}  // namespace spillway
