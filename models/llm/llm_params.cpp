#include "models/llm/llm_params.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "models/llm/engine_settings.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kLlmParams[] = {
    required_param("llm", ParamKind::kText, "the language model, as `spillway list llms` names it"),
    default_param("engine", ParamKind::kText, "vllm", "what serves it; `spillway list engines`"),
    optional_param("gpu", ParamKind::kText, "the pool's, unless written here"),
    optional_param("tensor_parallel", ParamKind::kCount,
                   "GPUs that share the model; default: those of a worker"),
    choice_param("precision", "bf16|fp8|nvfp4|int4|int8|fp32", "bf16", "of the weights"),
    choice_param("cache_precision", "auto|bf16|fp8|fp32", "auto",
                 "of keys and values; auto: the engine's own choice"),
    engine_params::kMaxSequences,
    engine_params::kMaxBatchedTokens,
    optional_param("max_context", ParamKind::kCount, "prompt and output of a request; default: the model's"),
    engine_params::kMaxTokens,
    optional_param("memory_share", ParamKind::kRatio,
                   "of the GPU's memory for the engine; default: the engine's"),
    engine_params::kKvBlocks,
    optional_param(
        "layout", ParamKind::kText,
        "how GPUs share a model that was measured as a whole, as `spillway list deployments` has it; "
        "default: the one that was measured most"),
    choice_param("sampling", "model|greedy|sampled", "model",
                 "whether each token's distribution is sorted; model: as its published settings say"),
    engine_params::kOrder,
    engine_params::kPrefixCache,
    engine_params::kPrefixUnit,
    engine_params::kSharedPrefix,
    engine_params::kReadRate,
    engine_params::kSendTime,
    engine_params::kStepping,
};

const GpuProfile& read_gpu(ParamReader& reader, const ModelContext& context) {
    const std::optional<std::string> own = reader.optional_text("gpu");
    if (!own && !context.gpu) {
        throw InputError(reader.where(), "which GPU serves the model is not said",
                         R"(write "gpu": "H100" in the pool; `spillway list gpus`)");
    }
    if (own && context.gpu && *own != *context.gpu) {
        throw InputError(reader.where("gpu"),
                         "\"" + *own + "\", and the pool's workers have \"" + *context.gpu + "\"",
                         "leave it out: the pool says it");
    }
    const std::string& name = own ? *own : *context.gpu;
    const std::string where = own ? reader.where("gpu") : reader.where();
    return context.profile(name, where);
}

int read_gpus(ParamReader& reader, const ModelContext& context) {
    const auto gpus = static_cast<int>(read_count(
        reader, "tensor_parallel", static_cast<std::uint32_t>(context.gpus_per_worker), {1, 1024}));
    if (gpus != context.gpus_per_worker && context.gpu) {
        throw InputError(reader.where("tensor_parallel"),
                         "the worker has " + std::to_string(context.gpus_per_worker) + " GPUs",
                         R"(write "gpus": {"per_worker": )" + std::to_string(gpus) + "} in the pool");
    }
    return gpus;
}

Precision read_cache(ParamReader& reader, const EngineProfile& engine, Precision weights) {
    const std::size_t word = reader.choice("cache_precision");
    if (word > 0)
        return std::array{Precision::kBf16, Precision::kFp8, Precision::kFp32}[word - 1];
    const bool quantised = weights != wide_precision(weights);
    return engine.quantised_cache && quantised ? Precision::kFp8 : wide_precision(weights);
}

}  // namespace

std::span<const ParamSpec> llm_service_params() { return kLlmParams; }

Deployment read_deployment(ParamReader& reader, const ModelContext& context, const EngineProfile& engine) {
    const LlmSpec& llm = find_llm(reader.text("llm"), reader.where("llm"));
    const GpuProfile& gpu = read_gpu(reader, context);
    const int gpus = read_gpus(reader, context);
    const auto weights = static_cast<Precision>(reader.choice("precision"));
    return {llm, gpu, gpus, weights, read_cache(reader, engine, weights), fuses_on(engine, gpu.name)};
}

EngineRules read_rules(ParamReader& reader, const EngineProfile& engine, const Deployment& deployment) {
    const LlmSpec& llm = deployment.llm;
    EngineRules rules = rules_on(engine, deployment.gpu);
    rules.max_context = read_count(reader, "max_context", 0);
    if (rules.max_context > llm.max_context) {
        throw InputError(reader.where("max_context"),
                         "the context of " + llm.name + " has " + std::to_string(llm.max_context) + " tokens",
                         "at most those; leave it out for all of them");
    }
    read_settings(reader, rules);
    return rules;
}

double read_memory_share(ParamReader& reader, double usual) {
    const double share = reader.optional_ratio("memory_share").value_or(usual);
    if (share == 0)
        throw InputError(reader.where("memory_share"), "an engine without memory", R"(as in "90%")");
    return share;
}

}  // namespace spillway
