#include "app/calibrate/mixture_model.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/calibrate/served_model.hpp"
#include "models/gpu_profile/profile_catalog.hpp"
#include "models/llm/batch_engine.hpp"
#include "models/llm/deployment.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Of the API server, for a request: beside what is fitted, so that bursts do not arrive all at once.
constexpr double kFrontSeconds = 0.5e-3;

const LlmSpec& sized_llm(const ServedRun& run) { return find_llm(run.llm, run.where); }

std::uint64_t blocks_of(const ServedRun& run, const EngineProfile& engine, const EngineRules& rules) {
    const Precision cache =
        run.engine == "trtllm" && run.weights != Precision::kBf16 ? Precision::kFp8 : Precision::kBf16;
    const Deployment deployment{sized_llm(run), find_gpu_profile(run.gpu, run.where), run.gpus, run.weights,
                                cache};
    const std::uint64_t request = rules.blocks_for(rules.max_context);
    // Latent attention leaves so little that no run's clients filled the memory.
    if (!deployment.llm.sizes || !deployment.llm.sizes->kv_split)
        return request * run.clients;
    const double room = kv_bytes(deployment, rules, engine.memory_share);
    const double block = deployment.llm.kv_bytes_per_token(cache, run.gpus) * rules.block_tokens;
    return std::max(2 * request, static_cast<std::uint64_t>(std::max(0.0, room) / block));
}

EngineRules rules_of(const ServedRun& run, const ClosedLoop& loop) {
    const EngineProfile& engine = find_engine(run.engine, run.where);
    const auto context = static_cast<std::uint64_t>(sized_llm(run).max_context);
    if (std::uint64_t{run.input} + run.output > context) {
        throw InputError(
            run.where,
            fmt::format("a prompt of {} and an answer of {} tokens do not fit the context of {}, "
                        "{} tokens",
                        run.input, run.output, run.llm, context),
            "prompt and answer in tokens of one request");
    }
    EngineRules rules = closed_loop_rules(run, loop, engine.rules);
    rules.max_batched_tokens = std::max(rules.max_batched_tokens, rules.max_sequences);
    rules.front_time = from_seconds(kFrontSeconds);
    rules.kv_blocks = blocks_of(run, engine, rules);
    return rules;
}

}  // namespace

MixtureModel::MixtureModel(const ServedRun& run)
    : loop_(closed_loop_of(run)),
      rules_(rules_of(run, loop_)),
      expert_share_(sized_llm(run).expert_share()) {}

ServedFigures MixtureModel::predict(const EmpiricalStep& step) const {
    EngineSetup setup{rules_, empirical_step_time(step, expert_share_, rules_), {}};
    setup.rules.request_overhead = from_seconds(step.request);
    BatchEngine engine(setup, nullptr);
    return run_closed_loop(engine, loop_);
}

}  // namespace spillway
