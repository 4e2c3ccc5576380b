#include "app/calibrate/mixture_problem.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace spillway {
namespace {

/// What is expected of a coefficient before any run, as logarithms of seconds.
struct Prior {
    double seconds;
    double gpus_slope;  ///< by the logarithm of a quarter of the GPUs: -1 splits all of it
    double left_sd;     ///< of what is left for a deployment
};

/// In the order of kComposedTerms.
constexpr std::array<Prior, kComposedTerms.size()> kPriors{{
    {4e-3, -0.1, 0.3},     // step
    {6e-3, -0.5, 0.3},     // experts
    {0.04e-3, -0.5, 0.3},  // sequence
    {2e-8, -0.5, 0.3},     // kv_token
    {0.02e-3, -0.5, 0.3},  // prompt_token
    {5e-3, -0.1, 0.3},     // prompt_step
    {40e-3, -0.1, 0.6},    // request
}};
constexpr double kAllSd = 2;
constexpr double kLlmSd = 0.5;
constexpr double kGpuSd = 0.3;
constexpr double kEngineSd = 0.4;
constexpr double kSlopeSd = 0.3;
constexpr double kMostLog = 3;  // 20 s: beyond it a fit has run away

std::string left_of(const ServedRun& run) {
    return fmt::format("left {} {} {}", run.group(), run.gpus, run.layout);
}

}  // namespace

MixtureProblem::MixtureProblem(std::span<const ServedRun> runs) {
    models_.reserve(runs.size());
    terms_.reserve(runs.size());
    for (const ServedRun& run : runs) {
        models_.emplace_back(run);
        std::vector<RunTerm>& terms = terms_.emplace_back();
        const std::string engine = fmt::format("engine {} {}", run.engine, precision_name(run.weights));
        for (std::size_t term = 0; term < kPriors.size(); ++term) {
            const Prior& prior = kPriors[term];
            const auto shared = [&](const std::string& of, double mean, double sd) {
                const std::size_t place = coefficient(fmt::format("{} {}", of, term), mean, sd);
                effects_[of][term] = place;
                return place;
            };
            terms.push_back({term,
                             {{coefficient(fmt::format("{} {}", left_of(run), term), 0, prior.left_sd)},
                              {shared("all", std::log(prior.seconds), kAllSd)},
                              {shared("llm " + run.llm, 0, kLlmSd)},
                              {shared("gpu " + run.gpu, 0, kGpuSd)},
                              {shared(engine, 0, kEngineSd)},
                              {shared("gpus", prior.gpus_slope, kSlopeSd), std::log(run.gpus / 4.0)}}});
        }
    }
}

std::size_t MixtureProblem::coefficient(const std::string& name, double mean, double sd) {
    const auto [place, added] = by_name_.emplace(name, coefficients_.size());
    if (added)
        coefficients_.push_back({name, mean, sd});
    return place->second;
}

EmpiricalStep MixtureProblem::step(std::size_t run, std::span<const double> values) const {
    EmpiricalStep step;
    for (const RunTerm& term : terms_[run])
        step.*kComposedTerms[term.term] = std::exp(std::min(kMostLog, term.value(values)));
    return step;
}

ServedFigures MixtureProblem::predict(std::size_t run, std::span<const double> values) const {
    return models_[run].predict(step(run, values));
}

std::vector<EmpiricalEffect> MixtureProblem::effects(std::span<const double> values) const {
    std::vector<EmpiricalEffect> effects;
    for (const auto& [of, places] : effects_) {
        EmpiricalEffect& effect = effects.emplace_back();
        effect.of = of;
        for (std::size_t term = 0; term < places.size(); ++term)
            effect.log_shift[term] = values[places[term]];
    }
    return effects;
}

}  // namespace spillway
