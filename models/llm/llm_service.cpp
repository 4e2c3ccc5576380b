#include "models/llm/llm_service.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "models/llm/batch_engine.hpp"
#include "models/llm/best_rate.hpp"
#include "models/llm/deployment.hpp"
#include "models/llm/empirical.hpp"
#include "models/llm/llm_params.hpp"
#include "models/llm/measured_range.hpp"
#include "models/llm/reference_engine.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

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
        be_greedy(overheads);
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
    if (!key.layout.empty() && found.measured == nullptr)
        throw unknown_layout(key, reader.where("layout"));
    rules.request_overhead = from_seconds(found.step.request);
    rules.front_time = rules.front_token_time = Duration{0};
    return {empirical_step_time(found.step, deployment.llm.expert_share(), rules),
            measured_range(found, key)};
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
    for (const int priority : context.class_priorities) setup.class_ranks.push_back(-std::int64_t{priority});
    return std::make_unique<Factory>(std::move(setup), std::move(time.measured),
                                     llm.weight_bytes(deployment.weights), reader.choice("stepping") == 1);
}

}  // namespace spillway
