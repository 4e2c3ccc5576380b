#include "app/calibrate/validation.hpp"

#include <map>
#include <set>

namespace spillway {
namespace {

constexpr std::size_t kCurveFolds = 20;
constexpr int kFitSteps = 10;

RunNumbers of_engine(std::span<const ServedRun> runs, const RunNumbers& used, const std::string& engine) {
    RunNumbers own;
    for (const std::size_t run : used) {
        if (runs[run].engine == engine)
            own.push_back(run);
    }
    return own;
}

std::set<std::string> engines_of(std::span<const ServedRun> runs, const RunNumbers& used) {
    std::set<std::string> engines;
    for (const std::size_t run : used) engines.insert(runs[run].engine);
    return engines;
}

struct Halves {
    RunNumbers kept;
    RunNumbers left_out;
};

std::map<std::string, Halves> halves(const RunNumbers& used, const std::vector<std::string>& fold) {
    std::map<std::string, Halves> parts;
    for (const std::size_t run : used) parts[fold[run]].left_out.push_back(run);
    for (auto& [name, part] : parts) {
        for (const std::size_t run : used) {
            if (fold[run] != name)
                part.kept.push_back(run);
        }
    }
    return parts;
}

}  // namespace

std::string split_name(Split split) {
    switch (split) {
        case Split::kCurve:
            return "curve";
        case Split::kGpu:
            return "gpu";
        case Split::kModel:
            return "model";
        case Split::kVersion:
            return "version";
    }
    return {};
}

RunNumbers fitted_runs(std::span<const ServedRun> runs) {
    RunNumbers used;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i].apart)
            used.push_back(i);
    }
    return used;
}

std::vector<double> fit_engines(const OverheadFit& fit, std::span<const ServedRun> runs,
                                const RunNumbers& used) {
    const std::vector<double> prior = fit.terms().prior_means();
    std::vector<double> values = prior;
    for (const std::string& engine : engines_of(runs, used)) {
        // The coefficients of the other engines stay at their priors.
        const std::vector<double> own = fit.fit(of_engine(runs, used, engine), prior, kFitSteps);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += own[i] - prior[i];
    }
    return values;
}

std::vector<std::string> folds(std::span<const ServedRun> runs, Split split) {
    std::map<std::string, std::size_t> curves;
    for (const ServedRun& run : runs) curves.emplace(run.curve, 0);
    std::size_t number = 0;
    for (auto& [curve, place] : curves) place = number++;
    std::vector<std::string> fold;
    for (const ServedRun& run : runs) {
        switch (split) {
            case Split::kCurve:
                fold.push_back(std::to_string(curves.at(run.curve) % kCurveFolds));
                break;
            case Split::kGpu:
                fold.push_back(run.engine + " on " + run.gpu);
                break;
            case Split::kModel:
                fold.push_back(run.llm);
                break;
            case Split::kVersion:
                fold.push_back(run.version);
                break;
        }
    }
    return fold;
}

std::vector<ServedFigures> predict_left_out(const OverheadFit& fit, std::span<const ServedRun> runs,
                                            const std::vector<double>& full, Split split) {
    const RunNumbers used = fitted_runs(runs);
    std::vector<ServedFigures> predicted(runs.size());
    for (const std::string& engine : engines_of(runs, used)) {
        const RunNumbers own = of_engine(runs, used, engine);
        OverheadFit::Linear linear;
        if (split == Split::kCurve)
            linear = fit.linearise(own, full);
        for (const auto& [name, part] : halves(own, folds(runs, split))) {
            const std::vector<double> values = split == Split::kCurve
                                                   ? fit.step(linear, part.kept)
                                                   : fit.fit(part.kept, fit.terms().prior_means(), kFitSteps);
            for (const std::size_t run : part.left_out) predicted[run] = fit.predict(run, values);
        }
    }
    return predicted;
}

}  // namespace spillway
