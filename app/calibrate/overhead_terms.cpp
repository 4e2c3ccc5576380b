#include "app/calibrate/overhead_terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spillway {
namespace {

enum class Unit : std::uint8_t { kScale, kSeconds };

/// On which runs a term tells.
enum class Where : std::uint8_t { kAll, kParallel, kFp8, kSampling };

constexpr double kVersionShare = 0.6;  // of the engine's sd, that a version may depart

struct Term {
    std::string_view name;
    double EngineOverheads::*member;
    Unit unit;
    Where where;
    double mean;  // of the engine
    double sd;
    double version_share = kVersionShare;
};

/// Priors are wide where a served run tells much and narrow where little does: kernels as measured, give or
/// take 4 %, sampling as two independent data sets have it.
constexpr std::array kTerms{
    Term{"kernel_scale", nullptr, Unit::kScale, Where::kAll, 0, 0.04},
    Term{"decode_scale", &EngineOverheads::decode_scale, Unit::kScale, Where::kAll, 0, 0.15},
    Term{"prefill_scale", &EngineOverheads::prefill_scale, Unit::kScale, Where::kAll, 0, 0.10},
    Term{"fp8_scale", &EngineOverheads::fp8_scale, Unit::kScale, Where::kFp8, 0, 0.10},
    Term{"all_reduce_scale", &EngineOverheads::all_reduce_scale, Unit::kScale, Where::kParallel, 0, 0.3},
    Term{"layer", &EngineOverheads::layer, Unit::kSeconds, Where::kAll, 4e-6, 10e-6},
    Term{"step", &EngineOverheads::step, Unit::kSeconds, Where::kAll, 0.5e-3, 1e-3},
    Term{"parallel_step", &EngineOverheads::parallel_step, Unit::kSeconds, Where::kParallel, 0.2e-3, 0.5e-3},
    Term{"sequence", &EngineOverheads::sequence, Unit::kSeconds, Where::kAll, 10e-6, 30e-6},
    Term{"sampling_step", &EngineOverheads::sampling_step, Unit::kSeconds, Where::kSampling, 0.2e-3, 0.2e-3},
    Term{"vocabulary_entry", &EngineOverheads::vocabulary_entry, Unit::kSeconds, Where::kSampling, 3.6e-10,
         0.5e-10},
    // A version that captures prompts in graphs launches next to nothing for them.
    Term{"host_layer", &EngineOverheads::host_layer, Unit::kSeconds, Where::kAll, 0.3e-3, 0.4e-3, 1.0},
    Term{"request", &EngineOverheads::request, Unit::kSeconds, Where::kAll, 5e-3, 8e-3},
    Term{"front", &EngineOverheads::front, Unit::kSeconds, Where::kAll, 1e-3, 2e-3},
};

constexpr double kGpuSd = 0.05;  // of the logarithm of the scale of kernels
constexpr double kGroupSd = 0.06;

bool tells(Where where, const ServedRun& run) {
    switch (where) {
        case Where::kAll:
            return true;
        case Where::kParallel:
            return run.gpus > 1;
        case Where::kFp8:
            return run.weights == Precision::kFp8;
        case Where::kSampling:
            return run.samples;
    }
    return true;
}

void set(const Term& term, double value, EngineOverheads& overheads) {
    if (term.member == nullptr) {
        scale_kernels(overheads, std::exp(value));
    } else if (term.unit == Unit::kScale) {
        overheads.*term.member *= std::exp(value);
    } else {
        overheads.*term.member = std::max(0.0, value);
    }
}

std::string gpu_name(const ServedRun& run) { return "gpu " + run.engine + " " + run.gpu; }
std::string group_name(const ServedRun& run) { return "group " + run.group(); }

}  // namespace

OverheadTerms::OverheadTerms(std::span<const ServedRun> runs) : runs_(runs) {
    for (const ServedRun& run : runs) {
        std::vector<RunTerm>& terms = terms_.emplace_back();
        for (std::size_t i = 0; i < kTerms.size(); ++i) {
            const Term& term = kTerms[i];
            if (!tells(term.where, run))
                continue;
            const std::string name = " " + std::string(term.name);
            RunTerm& added = terms.emplace_back(RunTerm{i, {}});
            added.coefficients = {coefficient(run.engine + name, term.mean, term.sd),
                                  coefficient(run.version + name, 0, term.version_share * term.sd)};
            if (term.member == nullptr) {
                added.coefficients.push_back(coefficient(gpu_name(run), 0, kGpuSd));
                added.coefficients.push_back(coefficient(group_name(run), 0, kGroupSd));
            }
        }
    }
}

std::size_t OverheadTerms::coefficient(const std::string& name, double mean, double sd) {
    const auto [place, added] = by_name_.emplace(name, coefficients_.size());
    if (added)
        coefficients_.push_back({name, mean, sd});
    return place->second;
}

std::vector<double> OverheadTerms::prior_means() const {
    std::vector<double> means;
    for (const Coefficient& one : coefficients_) means.push_back(one.mean);
    return means;
}

EngineOverheads OverheadTerms::overheads(std::size_t run, std::span<const double> values) const {
    EngineOverheads overheads;
    for (const RunTerm& term : terms_[run]) {
        double value = 0;
        for (const std::size_t one : term.coefficients) value += values[one];
        set(kTerms[term.term], value, overheads);
    }
    return overheads;
}

double OverheadTerms::value_of(const std::string& name, std::span<const double> values) const {
    const auto place = by_name_.find(name);
    return place == by_name_.end() ? 0 : values[place->second];
}

EngineOverheads OverheadTerms::overheads_of(const std::string& engine, const std::string& version,
                                            std::span<const double> values) const {
    EngineOverheads overheads;
    for (const Term& term : kTerms) {
        const std::string name = " " + std::string(term.name);
        // A version whose runs were greedy spends nothing on sampling.
        if (term.where == Where::kSampling && engine != version && !by_name_.contains(version + name))
            continue;
        const double departs = engine == version ? 0 : value_of(version + name, values);
        set(term, value_of(engine + name, values) + departs, overheads);
    }
    return overheads;
}

std::vector<KernelCorrection> OverheadTerms::corrections(const std::string& engine,
                                                         const std::string& version,
                                                         std::span<const double> values) const {
    std::vector<KernelCorrection> found;
    std::vector<std::string> seen;
    const auto add = [&](const std::string& name, KernelCorrection correction) {
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return;
        seen.push_back(name);
        correction.scale = std::exp(value_of(name, values));
        found.push_back(std::move(correction));
    };
    for (const ServedRun& run : runs_) {
        if (run.engine != engine || run.apart)
            continue;
        add(gpu_name(run), {run.gpu, "", Precision::kBf16, 1});
        if (engine == version || run.version == version)
            add(group_name(run), {run.gpu, run.llm, run.weights, 1});
    }
    return found;
}

}  // namespace spillway
