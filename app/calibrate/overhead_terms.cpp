#include "app/calibrate/overhead_terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace spillway {
namespace {

enum class Unit : std::uint8_t { kScale, kSeconds };

/// On which runs a term tells.
enum class Where : std::uint8_t { kAll, kParallel, kFp8, kNvfp4, kSampling };

constexpr double kVersionShare = 0.6;  // of the engine's sd, that a version may depart

/// How far the GPU may depart, and how far a model on it: tables and engines do not run the same kernels.
struct Departures {
    double gpu_sd = 0;
    double group_sd = 0;
};

struct Term {
    std::string_view name;
    double EngineOverheads::*member;
    Unit unit;
    Where where;
    double mean;  // of the engine
    double sd;
    double version_share = kVersionShare;
    Departures departs{};
};

constexpr std::string_view kKernelScale = "kernel_scale";
constexpr std::string_view kPrefillScale = "prefill_scale";
constexpr std::string_view kQuantisedScale = "quantised_scale";

/// Whose kernels the tables of products hold: they quantise activations in a kernel apart, which the engine
/// itself fuses, in every precision alike. Others run products of their own, each precision another.
constexpr std::string_view kTablesAreOf = "vllm";

/// Priors are wide where a served run tells much and narrow where little does: kernels as measured, give or
/// take 4 %, sampling as two independent data sets have it.
constexpr std::array kTerms{
    Term{kKernelScale, nullptr, Unit::kScale, Where::kAll, 0, 0.04, kVersionShare, {0.05, 0.06}},
    Term{"decode_scale", &EngineOverheads::decode_scale, Unit::kScale, Where::kAll, 0, 0.15},
    Term{kPrefillScale,
         &EngineOverheads::prefill_scale,
         Unit::kScale,
         Where::kAll,
         0,
         0.10,
         kVersionShare,
         {0.08, 0.06}},
    // One coefficient for both precisions.
    Term{kQuantisedScale, &EngineOverheads::fp8_scale, Unit::kScale, Where::kFp8, 0, 0.10},
    Term{kQuantisedScale, &EngineOverheads::nvfp4_scale, Unit::kScale, Where::kNvfp4, 0, 0.10},
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

bool tells(Where where, const ServedRun& run) {
    switch (where) {
        case Where::kAll:
            return true;
        case Where::kParallel:
            return run.gpus > 1;
        case Where::kFp8:
            return run.weights == Precision::kFp8;
        case Where::kNvfp4:
            return run.weights == Precision::kNvfp4 && run.engine == kTablesAreOf;
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

std::string gpu_name(const ServedRun& run, std::string_view term) {
    return fmt::format("gpu {} {} {}", run.engine, run.gpu, term);
}
std::string group_name(const ServedRun& run, std::string_view term) {
    return fmt::format("group {} {}", run.group(), term);
}

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
            added.parts = {{coefficient(run.engine + name, term.mean, term.sd)},
                           {coefficient(run.version + name, 0, term.version_share * term.sd)}};
            if (term.departs.gpu_sd > 0) {
                added.parts.push_back({coefficient(gpu_name(run, term.name), 0, term.departs.gpu_sd)});
                added.parts.push_back({coefficient(group_name(run, term.name), 0, term.departs.group_sd)});
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

EngineOverheads OverheadTerms::overheads(std::size_t run, std::span<const double> values) const {
    EngineOverheads overheads;
    for (const RunTerm& term : terms_[run]) set(kTerms[term.term], term.value(values), overheads);
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
        if (term.where == Where::kNvfp4 && engine != kTablesAreOf)
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
    const auto add = [&](auto&& name_of, const ServedRun& run, KernelCorrection correction) {
        const std::string name = name_of(run, kKernelScale);
        if (std::find(seen.begin(), seen.end(), name) != seen.end())
            return;
        seen.push_back(name);
        correction.scale = std::exp(value_of(name, values));
        correction.prefill_scale = std::exp(value_of(name_of(run, kPrefillScale), values));
        found.push_back(std::move(correction));
    };
    for (const ServedRun& run : runs_) {
        if (run.engine != engine || run.apart)
            continue;
        add(gpu_name, run, {run.gpu, "", Precision::kBf16});
        if (engine == version || run.version == version)
            add(group_name, run, {run.gpu, run.llm, run.weights});
    }
    return found;
}

}  // namespace spillway
