#include "models/llm/llm_params.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kParams[] = {
    required_param("llm", ParamKind::kText, "the language model, as `spillway list llms` names it"),
    default_param("engine", ParamKind::kText, "vllm", "what serves it; `spillway list engines`"),
    optional_param("gpu", ParamKind::kText, "the pool's, unless written here"),
    optional_param("tensor_parallel", ParamKind::kCount,
                   "GPUs that share the model; default: those of a worker"),
    choice_param("precision", "bf16|fp8|nvfp4|int4|int8|fp32", "bf16", "of the weights"),
    choice_param("cache_precision", "auto|bf16|fp8|fp32", "auto",
                 "of keys and values; auto: the engine's own choice"),
    optional_param("max_sequences", ParamKind::kCount, "running at once; default: the engine's"),
    optional_param("max_batched_tokens", ParamKind::kCount, "in one iteration; default: the engine's"),
    optional_param("max_context", ParamKind::kCount, "prompt and output of a request; default: the model's"),
    optional_param("max_tokens", ParamKind::kCount, "output at most, of requests that state none"),
    optional_param("memory_share", ParamKind::kRatio,
                   "of the GPU's memory for the engine; default: the engine's"),
    optional_param("kv_blocks", ParamKind::kCount, "that the memory holds, where they were measured"),
    optional_param(
        "layout", ParamKind::kText,
        "how GPUs share a model that was measured as a whole, as `spillway list deployments` has it; "
        "default: the one that was measured most"),
    choice_param("sampling", "model|greedy|sampled", "model",
                 "whether each token's distribution is sorted; model: as its published settings say"),
    choice_param("order", "first-come|priority|shortest-prompt", "first-come", "who is admitted first"),
    default_param("prefix_cache", ParamKind::kFlag, "true", "prompts find what others computed before"),
    default_param("prefix_unit", ParamKind::kCount, "512",
                  "tokens that one prefix block of the traffic stands for"),
    default_param("shared_prefix", ParamKind::kRatio, "0",
                  "share of each prompt that all begin with, of requests that name no prefix blocks"),
    optional_param("read_rate", ParamKind::kRate,
                   "tokens that a client of a streaming class takes; it keeps its slot until it has them "
                   "all; default: as they come"),
    default_param("send_time", ParamKind::kDuration, "0s",
                  "of a token to such a client, one after the other"),
    choice_param("stepping", "runs|every-iteration", "runs",
                 "runs of iterations at once, or one by one: the same to the nanosecond, and slow"),
};

struct CountRange {
    std::uint32_t least = 1;
    std::uint32_t most = 100'000'000;
};

std::uint32_t count(ParamReader& reader, std::string_view name, std::uint32_t fallback,
                    CountRange range = {}) {
    const std::optional<std::int64_t> value = reader.optional_integer(name);
    if (!value)
        return fallback;
    if (*value < range.least || *value > range.most) {
        throw InputError(reader.where(name), std::to_string(*value) + " is out of range",
                         "from " + std::to_string(range.least) + " to " + std::to_string(range.most));
    }
    return static_cast<std::uint32_t>(*value);
}

/// How fast clients take their tokens.
void read_pace(ParamReader& reader, EngineRules& rules) {
    constexpr double kLongest = 1000;
    const std::optional<double> rate = reader.optional_rate("read_rate");
    if (rate && !(*rate * kLongest >= 1))
        throw InputError(reader.where("read_rate"), "a client that hardly reads", R"(at least "0.001/s")");
    rules.send_time = reader.duration("send_time");
    if (to_seconds(rules.send_time) > kLongest)
        throw InputError(reader.where("send_time"), "a token takes too long", R"(at most "1000s")");
    rules.read_period = std::max(to_ticks(rules.send_time), rate ? ticks_from_seconds(1 / *rate) : Ticks{0});
}

/// What prompts may find of others.
void read_prefixes(ParamReader& reader, EngineRules& rules) {
    rules.prefix_cache = reader.flag("prefix_cache");
    rules.prefix_unit = count(reader, "prefix_unit", rules.prefix_unit);
    rules.shared_prefix = reader.ratio("shared_prefix");
    if (rules.shared_prefix > 0 && !rules.prefix_cache) {
        throw InputError(reader.where("shared_prefix"), "has no effect without the prefix cache",
                         R"(leave it out, or write "prefix_cache": true)");
    }
    if (rules.prefix_unit % rules.block_tokens != 0) {
        throw InputError(
            reader.where("prefix_unit"),
            "must be a multiple of the engine's block of " + std::to_string(rules.block_tokens) + " tokens",
            "what the traffic counts as one: 512 in Mooncake's");
    }
    // A share of a prompt ends anywhere, and an engine shares whole blocks of its own.
    if (rules.shared_prefix > 0) {
        rules.block_units = rules.prefix_unit / rules.block_tokens;
        rules.prefix_unit = rules.block_tokens;
    }
}

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
    return context.profiles == nullptr ? find_gpu_profile(name, where) : context.profiles->find(name, where);
}

int read_gpus(ParamReader& reader, const ModelContext& context) {
    const auto gpus = static_cast<int>(
        count(reader, "tensor_parallel", static_cast<std::uint32_t>(context.gpus_per_worker), {1, 1024}));
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

std::span<const ParamSpec> llm_service_params() { return kParams; }

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
    rules.max_sequences = count(reader, "max_sequences", rules.max_sequences);
    rules.max_batched_tokens = count(reader, "max_batched_tokens", rules.max_batched_tokens);
    rules.max_context = count(reader, "max_context", 0);
    if (rules.max_context > llm.max_context) {
        throw InputError(reader.where("max_context"),
                         "the context of " + llm.name + " has " + std::to_string(llm.max_context) + " tokens",
                         "at most those; leave it out for all of them");
    }
    rules.default_max_tokens = count(reader, "max_tokens", rules.default_max_tokens, {0});
    rules.kv_blocks = count(reader, "kv_blocks", 0);
    rules.order = static_cast<QueueOrder>(reader.choice("order"));
    read_prefixes(reader, rules);
    read_pace(reader, rules);
    if (rules.max_sequences > rules.max_batched_tokens) {
        throw InputError(reader.where(), "more sequences than tokens in an iteration",
                         "max_batched_tokens must be at least max_sequences");
    }
    return rules;
}

double read_memory_share(ParamReader& reader, double usual) {
    const double share = reader.optional_ratio("memory_share").value_or(usual);
    if (share == 0)
        throw InputError(reader.where("memory_share"), "an engine without memory", R"(as in "90%")");
    return share;
}

}  // namespace spillway
