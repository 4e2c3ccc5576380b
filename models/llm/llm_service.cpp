#include "models/llm/llm_service.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/llm/deployment.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/engine_factory.hpp"
#include "models/llm/llm_params.hpp"
#include "models/llm/measured_range.hpp"
#include "models/llm/serving_error.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

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

/// An iteration's time, how far it was measured, and how far off it may be.
struct MeasuredStepTime {
    StepTime step;
    MeasuredRange measured;
    ServingError error;
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
        be_greedy(overheads);
    return {kernel_step_time(deployment, overheads, rules), measured_range(deployment, engine),
            serving_error(deployment, engine)};
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
    if (!key.layout.empty() && found.measured == nullptr)
        throw unknown_layout(key, reader.where("layout"));
    rules.request_overhead = from_seconds(found.step.request);
    rules.front_time = rules.front_token_time = Duration{0};
    return {empirical_step_time(found.step, deployment.llm.expert_share(), rules), measured_range(found, key),
            serving_error(found, key)};
}

}  // namespace

std::unique_ptr<ServiceFactory> make_llm_service(ParamReader& reader, const ModelContext& context) {
    const EngineProfile& engine = find_engine(reader.text("engine"), reader.where("engine"));
    const Deployment deployment = read_deployment(reader, context, engine);
    const LlmSpec& llm = deployment.llm;
    if (has_kernels(llm, engine))
        require_kernels(reader, deployment);
    EngineRules rules = read_rules(reader, engine, deployment);
    // Who measured a model as a whole gave the engine what it needed.
    const double usual = llm.sizes ? std::max(engine.memory_share, kMeasuredShare) : engine.memory_share;
    fit_memory(deployment, read_memory_share(reader, usual), rules, reader.where());
    MeasuredStepTime time = has_kernels(llm, engine) ? step_of_kernels(reader, deployment, engine, rules)
                                                     : step_of_runs(reader, deployment, engine, rules);
    EngineSetup setup{rules, std::move(time.step), {}, context.class_streams};
    draw_serving_error(time.error, context, setup);
    for (const int priority : context.class_priorities) setup.class_ranks.push_back(-std::int64_t{priority});
    return make_engine_factory(std::move(setup), std::move(time.measured),
                               static_cast<std::int64_t>(llm.weight_bytes(deployment.weights)),
                               static_cast<Stepping>(reader.choice("stepping")));
}

}  // namespace spillway
