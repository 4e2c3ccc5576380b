#include "models/llm/serving_error.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "models/llm/measured_range.hpp"

namespace spillway {
namespace {

struct HeldOut {
    std::string_view family;  // of engines
    double tpot;
    double ttft;
};

// docs/accuracy.md: "Configurations left out", by engine.
constexpr std::array kConfigurationLeftOut{HeldOut{"sglang", 0.034, 0.104}, HeldOut{"trtllm", 0.051, 0.175},
                                           HeldOut{"vllm", 0.032, 0.126}};
// "A GPU, a model, an engine version left out", all engines together: SGLang has one GPU and one model.
constexpr HeldOut kModelLeftOut{"", 0.086, 0.214};
constexpr HeldOut kGpuLeftOut{"", 0.072, 0.227};
// "Mixtures of experts": a configuration left out, and a deployment left out. TTFT by its median: the mean is
// made of a few runs that are off by several times, which no log-normal law with that mean resembles.
constexpr std::array kMixtureLeftOut{HeldOut{"sglang", 0.107, mean_error_of_median(0.284)},
                                     HeldOut{"trtllm", 0.107, mean_error_of_median(0.215)},
                                     HeldOut{"vllm", 0.135, mean_error_of_median(0.100)}};
constexpr std::array kDeploymentLeftOut{HeldOut{"sglang", 0.160, mean_error_of_median(0.356)},
                                        HeldOut{"trtllm", 0.184, mean_error_of_median(0.330)},
                                        HeldOut{"vllm", 0.238, mean_error_of_median(0.211)}};
// "Single iterations of an engine of 2023", left out.
constexpr HeldOut kIterationLeftOut{"", 0.037, 0.105};
constexpr std::string_view kEngineOf2023 = "vllm-2023-eager";

ServingError error_of(std::string profile, const HeldOut& errors) {
    return {std::move(profile), errors.tpot, errors.ttft};
}

/// Of the engine's family, "vllm" for "vllm-0.15"; nothing of a family that nobody held against runs.
ServingError error_in(std::string profile, const std::array<HeldOut, 3>& table, std::string_view engine) {
    for (const HeldOut& one : table) {
        if (engine.substr(0, engine.find('-')) == one.family)
            return error_of(std::move(profile), one);
    }
    return {std::move(profile), std::nullopt, std::nullopt};
}

bool is_fitted(ProfileKind kind) noexcept {
    return kind == ProfileKind::kFittedFromPublicTable || kind == ProfileKind::kMeasured;
}

}  // namespace

ServingError serving_error(const Deployment& deployment, const EngineProfile& engine) {
    std::string profile = deployment.gpu.name + " with " + engine.name;
    if (!is_fitted(deployment.gpu.kind))
        return {std::move(profile), std::nullopt, std::nullopt};
    if (deployment.gpu.kind == ProfileKind::kMeasured)
        return error_of(std::move(profile), kGpuLeftOut);  // engines' overheads are fitted to other kernels
    switch (served_before(deployment, engine)) {
        case ServedBefore::kThisModel:
            return error_in(std::move(profile), kConfigurationLeftOut, engine.name);
        case ServedBefore::kThisGpu:
            return error_of(std::move(profile), kModelLeftOut);
        case ServedBefore::kElsewhere:
            return error_of(std::move(profile), kGpuLeftOut);
    }
    return {std::move(profile), std::nullopt, std::nullopt};
}

ServingError serving_error(const FoundEmpirical& found, const DeploymentKey& key) {
    std::string profile = key.llm + " on " + key.gpu + " with " + key.engine;
    if (found.measured != nullptr && key.engine == kEngineOf2023)
        return error_of(std::move(profile), kIterationLeftOut);
    return error_in(std::move(profile), found.measured != nullptr ? kMixtureLeftOut : kDeploymentLeftOut,
                    key.engine);
}

void draw_serving_error(const ServingError& error, const ModelContext& context, EngineSetup& setup) {
    const double steps = context.error_of(error.profile + ": step times", error.tpot);
    if (steps != 1)
        setup.step = setup.step.scaled(steps);
    const double before = context.error_of(error.profile + ": request times", error.ttft);
    EngineRules& rules = setup.rules;
    for (Duration* part : {&rules.front_time, &rules.front_token_time, &rules.request_overhead})
        *part = scaled(*part, before);
}

}  // namespace spillway
