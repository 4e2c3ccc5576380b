#include "models/llm/llm_service.hpp"

#include <string>
#include <utility>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/batch_engine.hpp"
#include "models/llm/best_rate.hpp"
#include "models/llm/deployment.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/measured_range.hpp"
#include "models/llm/reference_engine.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kParams[] = {
    required_param("llm", ParamKind::kText, "the language model, as `spillway list llms` names it"),
    default_param("engine", ParamKind::kText, "vllm", "what serves it; `spillway list engines`"),
    optional_param("gpu", ParamKind::kText, "the pool's, unless written here"),
    optional_param("tensor_parallel", ParamKind::kCount,
                   "GPUs that share the model; default: those of a worker"),
    choice_param("precision", "bf16|fp8|nvfp4|int4", "bf16", "of the weights"),
    choice_param("cache_precision", "auto|bf16|fp8", "auto",
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
                  "share of each prompt that all begin with, where the traffic has no prefix blocks"),
    optional_param("read_rate", ParamKind::kRate,
                   "tokens that a client of a streaming class takes; it keeps its slot until it has them "
                   "all; default: as they come"),
    default_param("send_time", ParamKind::kDuration, "0s",
                  "of a token to such a client, one after the other"),
    choice_param("stepping", "runs|every-iteration", "runs",
                 "runs of iterations at once, or one by one: the same to the nanosecond, and slow"),
};

class Factory final : public ServiceFactory {
public:
    Factory(EngineSetup setup, MeasuredRange measured, double model_bytes, bool every_iteration)
        : setup_(std::move(setup)),
          measured_(std::move(measured)),
          model_bytes_(model_bytes),
          every_iteration_(every_iteration) {}

    std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const override {
        if (every_iteration_)
            return std::make_unique<ReferenceEngine>(setup_, tokens);
        return std::make_unique<BatchEngine>(setup_, tokens);
    }
    double best_rate(const ObservedWork& work, int concurrency) const override {
        if (work.completed == 0)
            return 0;
        const auto each = [&work](std::uint64_t tokens) {
            return static_cast<double>(tokens) / static_cast<double>(work.completed);
        };
        // What was redone after preemptions is the price of a run, not of the mix.
        const ServiceUsage& done = work.engine;
        const std::uint64_t computed =
            done.prefill_tokens - std::min(done.prefill_tokens, done.redone_tokens);
        return spillway::best_rate(
            setup_, {each(computed), each(done.cached_tokens), each(done.output_tokens)}, concurrency);
    }
    bool shows_engines() const override { return true; }
    std::optional<int> own_concurrency() const override {
        return static_cast<int>(setup_.rules.max_sequences);
    }
    std::optional<std::int64_t> model_bytes() const override {
        return static_cast<std::int64_t>(model_bytes_);
    }

    std::vector<std::string> beyond_measured(const ServiceUsage& usage) const override {
        return spillway::beyond_measured(measured_, usage);
    }

private:
    EngineSetup setup_;
    MeasuredRange measured_;
    double model_bytes_;
    bool every_iteration_;
};

std::uint32_t count(ParamReader& reader, std::string_view name, std::uint32_t fallback, std::uint32_t least) {
    const std::int64_t value = reader.optional_integer(name).value_or(fallback);
    if (value < least || value > 100'000'000) {
        throw InputError(reader.where(name), std::to_string(value) + " is out of range",
                         "at least " + std::to_string(least));
    }
    return static_cast<std::uint32_t>(value);
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

void read_rules(ParamReader& reader, EngineRules& rules) {
    rules.max_sequences = count(reader, "max_sequences", rules.max_sequences, 1);
    rules.max_batched_tokens = count(reader, "max_batched_tokens", rules.max_batched_tokens, 1);
    rules.max_context = count(reader, "max_context", 0, 0);
    rules.default_max_tokens = count(reader, "max_tokens", rules.default_max_tokens, 0);
    rules.kv_blocks = count(reader, "kv_blocks", 0, 0);
    rules.order = static_cast<QueueOrder>(reader.choice("order"));
    rules.prefix_cache = reader.flag("prefix_cache");
    rules.prefix_unit = count(reader, "prefix_unit", 512, 1);
    rules.shared_prefix = reader.ratio("shared_prefix");
    if (rules.shared_prefix > 0 && !rules.prefix_cache) {
        throw InputError(reader.where("shared_prefix"), "has no effect without the prefix cache",
                         R"(leave it out, or write "prefix_cache": true)");
    }
    if (rules.shared_prefix > 0 && !reader.has("prefix_unit"))
        rules.prefix_unit = rules.block_tokens;
    if (rules.prefix_unit % rules.block_tokens != 0) {
        throw InputError(reader.where("prefix_unit"), "must be a multiple of the engine's block of " +
                                                          std::to_string(rules.block_tokens) + " tokens");
    }
    read_pace(reader, rules);
    if (rules.max_sequences > rules.max_batched_tokens) {
        throw InputError(reader.where(), "more sequences than tokens in an iteration",
                         "max_batched_tokens must be at least max_sequences");
    }
}

const GpuProfile& read_gpu(ParamReader& reader, const ModelContext& context) {
    const std::optional<std::string> own = reader.optional_text("gpu");
    if (!own && !context.gpu) {
        throw InputError(reader.where(), "which GPU serves the model is not said",
                         R"(write "gpu": "H100" in the pool; `spillway list gpus`)");
    }
    return find_gpu_profile(own ? *own : *context.gpu, own ? reader.where("gpu") : reader.where());
}

int read_gpus(ParamReader& reader, const ModelContext& context) {
    const auto gpus = static_cast<int>(
        count(reader, "tensor_parallel", static_cast<std::uint32_t>(context.gpus_per_worker), 1));
    if (gpus != context.gpus_per_worker && context.gpu) {
        throw InputError(reader.where("tensor_parallel"),
                         "the worker has " + std::to_string(context.gpus_per_worker) + " GPUs",
                         R"(write "gpus": {"per_worker": )" + std::to_string(gpus) + "} in the pool");
    }
    return gpus;
}

Precision read_cache(ParamReader& reader, const EngineProfile& engine, Precision weights) {
    const std::size_t cache = reader.choice("cache_precision");
    const bool small = cache == 2 || (cache == 0 && engine.quantised_cache && weights != Precision::kBf16);
    return small ? Precision::kFp8 : Precision::kBf16;
}

constexpr double kMeasuredShare = 0.92;

/// Whether kernels say how long an iteration takes; otherwise served runs do.
bool has_kernels(const LlmSpec& llm, const EngineProfile& engine) {
    return !llm.sizes && !engine.measured_only;
}

void require_kernels(const ParamReader& reader, const Deployment& deployment) {
    if (!has_all_reduce(deployment.gpu, deployment.gpus)) {
        throw InputError(reader.where(),
                         "nothing is known of " + std::to_string(deployment.gpus) + " x " +
                             deployment.gpu.name + " together",
                         "tensor_parallel may be 1, 2, 4 or 8");
    }
    if (!has_attention(deployment.gpu, deployment.cache)) {
        throw InputError(
            reader.where(),
            deployment.gpu.name + " has no attention over a cache of " + precision_name(deployment.cache),
            R"(write "cache_precision": "bf16")");
    }
}

/// An iteration's time, and how far it was measured.
struct MeasuredStepTime {
    StepTime step;
    MeasuredRange measured;
};

MeasuredStepTime step_of_kernels(ParamReader& reader, const Deployment& deployment,
                                 const EngineProfile& engine, const EngineRules& rules) {
    if (reader.optional_text("layout")) {
        throw InputError(reader.where("layout"), deployment.llm.name + " has kernels, not measured layouts",
                         "leave it out");
    }
    EngineOverheads overheads =
        overheads_on(engine, deployment.gpu.name, deployment.llm.name, deployment.weights);
    const std::size_t sampling = reader.choice("sampling");
    if (sampling == 1 || (sampling == 0 && !deployment.llm.samples))
        overheads.sampling_step = overheads.vocabulary_entry = 0;
    return {kernel_step_time(deployment, overheads, rules), measured_range(deployment, engine)};
}

MeasuredStepTime step_of_runs(ParamReader& reader, const Deployment& deployment, const EngineProfile& engine,
                              EngineRules& rules) {
    if (reader.choice("sampling") != 0) {
        throw InputError(reader.where("sampling"),
                         "the runs that " + deployment.llm.name + " was measured in have it in them",
                         "leave it out");
    }
    const DeploymentKey key{deployment.llm.name, deployment.gpu.name,
                            deployment.gpus,     engine.name,
                            deployment.weights,  reader.optional_text("layout").value_or("")};
    const FoundEmpirical found = find_empirical(key, reader.where());
    rules.request_overhead = from_seconds(found.step.request);
    rules.front_time = rules.front_token_time = Duration{0};
    return {empirical_step_time(found.step, deployment.llm.expert_share(), rules),
            measured_range(found, key)};
}

}  // namespace

std::span<const ParamSpec> llm_service_params() { return kParams; }

std::unique_ptr<ServiceFactory> make_llm_service(ParamReader& reader, const ModelContext& context) {
    const LlmSpec& llm = find_llm(reader.text("llm"), reader.where("llm"));
    const EngineProfile& engine = find_engine(reader.text("engine"), reader.where("engine"));
    const GpuProfile& gpu = read_gpu(reader, context);
    const int gpus = read_gpus(reader, context);
    const auto weights = static_cast<Precision>(reader.choice("precision"));
    const Deployment deployment{llm, gpu, gpus, weights, read_cache(reader, engine, weights)};
    if (has_kernels(llm, engine))
        require_kernels(reader, deployment);
    EngineRules rules = engine.rules;
    read_rules(reader, rules);
    // Who measured a model as a whole gave the engine what it needed.
    const double usual = llm.sizes ? std::max(engine.memory_share, kMeasuredShare) : engine.memory_share;
    const double share = reader.optional_ratio("memory_share").value_or(usual);
    fit_memory(deployment, share, rules, reader.where());
    MeasuredStepTime time = has_kernels(llm, engine) ? step_of_kernels(reader, deployment, engine, rules)
                                                     : step_of_runs(reader, deployment, engine, rules);
    EngineSetup setup{rules, std::move(time.step), {}, context.class_streams};
    for (const int priority : context.class_priorities) setup.class_ranks.push_back(-std::int64_t{priority});
    return std::make_unique<Factory>(std::move(setup), std::move(time.measured), llm.weight_bytes(weights),
                                     reader.choice("stepping") == 1);
}

}  // namespace spillway
