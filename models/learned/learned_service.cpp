#include "models/learned/learned_service.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/gpu_profile/profile_catalog.hpp"
#include "models/learned/learned_file.hpp"
#include "models/llm/deployment.hpp"
#include "models/llm/engine_factory.hpp"
#include "models/llm/engine_settings.hpp"
#include "models/llm/serving_error.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr ParamSpec kParams[] = {
    required_param("file", ParamKind::kText, "what `spillway learn` wrote, relative to the scenario"),
    engine_params::kMaxSequences,
    engine_params::kMaxBatchedTokens,
    optional_param("max_context", ParamKind::kCount,
                   "prompt and output of a request; default: the model's, or all that KV memory holds"),
    engine_params::kMaxTokens,
    optional_param("kv_blocks", ParamKind::kCount,
                   "that the memory holds; default: the file's, or what a known model leaves on its GPU"),
    engine_params::kOrder,
    engine_params::kPrefixCache,
    engine_params::kPrefixUnit,
    engine_params::kSharedPrefix,
    engine_params::kReadRate,
    engine_params::kSendTime,
    engine_params::kStepping,
};

const LearnedEngine& engine_in(const LearnedFile& file, const std::string& where) {
    if (file.engine)
        return *file.engine;
    throw InputError(where,
                     file.name + " has no engine" + (file.no_engine.empty() ? "" : ": " + file.no_engine),
                     "learn from runs that say when tokens came");
}

/// The pool's GPU and that of the measurements are the same, or one is not said.
void check_gpu(const LearnedEngine& engine, const ModelContext& context, const std::string& where) {
    const bool other = context.gpu && !engine.gpu.empty() && *context.gpu != engine.gpu;
    const bool more = context.gpu && !engine.gpu.empty() && context.gpus_per_worker != engine.gpus;
    if (other || more) {
        throw InputError(where,
                         "was learnt on " + std::to_string(engine.gpus) + " x " + engine.gpu +
                             ", and the pool's workers have " + std::to_string(context.gpus_per_worker) +
                             " x " + *context.gpu,
                         "measurements hold for the hardware that they were made on");
    }
}

/// Measurements name their GPU by any name; its memory is in a profile alone.
const GpuProfile& profile_of(const std::string& gpu, const ModelContext& context, const std::string& where) {
    const std::vector<std::string_view> known = gpu_profile_names();
    const bool own = context.profiles != nullptr && context.profiles->own(gpu) != nullptr;
    if (own || std::find(known.begin(), known.end(), gpu) != known.end())
        return context.profile(gpu, where);
    throw InputError(where,
                     fmt::format("nothing says how much KV memory the engine has: \"{}\" is in neither the "
                                 "catalogue nor the run's gpu_profiles",
                                 gpu),
                     fmt::format("write \"kv_blocks\", or name the GPU's profile in \"gpu_profiles\" "
                                 "(`spillway calibrate fit --gpu {}` makes one)",
                                 gpu));
}

/// Fills in the KV memory by the catalogue where the measurements do not say it; false: that is not possible.
bool compute_memory(const LearnedEngine& engine, const ModelContext& context, EngineRules& rules,
                    const std::string& where) {
    const LlmSpec* llm = known_llm(engine.llm);
    const std::string gpu = context.gpu ? *context.gpu : engine.gpu;
    if (llm == nullptr || gpu.empty() || !engine.weights)
        return false;
    const EngineProfile& profile = find_engine(engine.scheduler, where);
    const Precision wide = wide_precision(*engine.weights);
    const bool small = profile.quantised_cache && *engine.weights != wide;
    const Deployment deployment{
        *llm, profile_of(gpu, context, where), engine.gpus, *engine.weights, small ? Precision::kFp8 : wide,
        false};
    fit_memory(deployment, profile.memory_share, rules, where);
    return true;
}

/// Fills in kv_blocks and max_context.
void find_memory(const LearnedEngine& engine, const ModelContext& context, EngineRules& rules,
                 const std::string& where) {
    if (rules.kv_blocks == 0 && engine.kv_blocks)
        rules.kv_blocks = *engine.kv_blocks;
    if (rules.kv_blocks == 0 && !compute_memory(engine, context, rules, where)) {
        throw InputError(where, "nothing says how much KV memory the engine has",
                         R"(write "kv_blocks": blocks of )" + std::to_string(engine.block_tokens) +
                             " tokens (the engine logs them at its start), learn from vLLM's metrics too, or "
                             "learn with --llm, --gpu and --precision");
    }
    const std::uint64_t held = std::min<std::uint64_t>(rules.kv_blocks * rules.block_tokens,
                                                       std::numeric_limits<std::uint32_t>::max());
    std::uint64_t context_tokens = rules.max_context != 0 ? rules.max_context : held;
    if (const LlmSpec* llm = known_llm(engine.llm))
        context_tokens = std::min(context_tokens, static_cast<std::uint64_t>(llm->max_context));
    rules.max_context = static_cast<std::uint32_t>(std::min(context_tokens, held));
}

EngineRules rules_of(ParamReader& reader, const LearnedEngine& engine) {
    EngineRules rules = find_engine(engine.scheduler, reader.where("file")).rules;
    rules.max_sequences = engine.max_sequences;
    rules.max_batched_tokens = engine.max_batched_tokens;
    rules.block_tokens = engine.block_tokens;
    rules.max_context = read_count(reader, "max_context", 0);
    read_settings(reader, rules);
    rules.request_overhead = from_seconds(engine.step.request);
    rules.front_time = rules.front_token_time = Duration{0};
    return rules;
}

std::string percent(double share) { return fmt::format("{:.1f}%", 100 * share); }

MeasuredRange range_of(const LearnedEngine& engine, const std::string& file) {
    MeasuredRange range;
    range.marks.push_back("how long iterations take was learnt (" + file +
                          "): " + percent(engine.ttft_error) + " off in TTFT and " +
                          percent(engine.tpot_error) + " in TPOT (medians) where " +
                          (engine.errors_of == "fitted" ? "it was fitted; nothing was left out"
                                                        : "it was left out of the fit"));
    range.prompt_tokens = engine.input_tokens[1];
    range.sequences = engine.sequences[1];
    return range;
}

}  // namespace

std::span<const ParamSpec> learned_service_params() { return kParams; }

std::unique_ptr<ServiceFactory> make_learned_service(ParamReader& reader, const ModelContext& context) {
    const std::string where = reader.where("file");
    const LearnedFile file = read_learned_file(context.folder, reader.text("file"), where);
    const LearnedEngine& engine = engine_in(file, where);
    check_gpu(engine, context, where);
    EngineRules rules = rules_of(reader, engine);
    find_memory(engine, context, rules, reader.where());
    EngineSetup setup{
        rules, empirical_step_time(engine.step, engine.expert_share, rules), {}, context.class_streams};
    draw_serving_error(
        {file.name, mean_error_of_median(engine.tpot_error), mean_error_of_median(engine.ttft_error)},
        context, setup);
    for (const int priority : context.class_priorities) setup.class_ranks.push_back(-std::int64_t{priority});
    const LlmSpec* llm = known_llm(engine.llm);
    std::optional<std::int64_t> bytes;
    if (llm != nullptr && engine.weights)
        bytes = static_cast<std::int64_t>(llm->weight_bytes(*engine.weights));
    return make_engine_factory(std::move(setup), range_of(engine, file.name), bytes,
                               static_cast<Stepping>(reader.choice("stepping")));
}

}  // namespace spillway
