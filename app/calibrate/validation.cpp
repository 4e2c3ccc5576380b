#include "app/calibrate/validation.hpp"

#include <map>
#include <set>

namespace spillway {
namespace {

constexpr std::size_t kFolds = 20;

std::map<std::string, RunNumbers> blocks_of(const FitProblem& problem, const RunNumbers& used) {
    std::map<std::string, RunNumbers> blocks;
    for (const std::size_t run : used) blocks[problem.block(run)].push_back(run);
    return blocks;
}

/// A fold for a run, as if at random, by its place alone (Knuth's multiplicative hashing).
std::string random_fold(std::size_t run) {
    return std::to_string((static_cast<std::uint32_t>(run) * 2654435761U >> 16U) % kFolds);
}

/// Numbers the names in order and deals them out over the folds.
std::map<std::string, std::string> dealt_out(const std::set<std::string>& names) {
    std::map<std::string, std::string> fold;
    std::size_t number = 0;
    for (const std::string& name : names) fold[name] = std::to_string(number++ % kFolds);
    return fold;
}

std::string deployment_of(const ServedRun& run) {
    return run.group() + " " + std::to_string(run.gpus) + " " + run.layout;
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
        case Split::kRow:
            return "row";
        case Split::kCurve:
            return "curve";
        case Split::kDeployment:
            return "deployment";
        case Split::kGpu:
            return "gpu";
        case Split::kModel:
            return "model";
        case Split::kVersion:
            return "version";
    }
    return {};
}

bool by_one_step(Split split) {
    return split == Split::kRow || split == Split::kCurve || split == Split::kDeployment;
}

RunNumbers fitted_runs(std::span<const ServedRun> runs) {
    RunNumbers used;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i].apart)
            used.push_back(i);
    }
    return used;
}

std::vector<double> fit_all(const RunFit& fit, const RunNumbers& used) {
    const std::vector<double> prior = fit.prior_means();
    std::vector<double> values = prior;
    for (const auto& [name, own] : blocks_of(fit.problem(), used)) {
        // The coefficients of the other blocks stay at their priors.
        const std::vector<double> found = fit.fit(own, prior, fit.problem().steps());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] += found[i] - prior[i];
    }
    return values;
}

std::vector<std::string> folds(std::span<const ServedRun> runs, Split split) {
    std::set<std::string> curves;
    std::set<std::string> deployments;
    for (const ServedRun& run : runs) {
        curves.insert(run.curve);
        deployments.insert(deployment_of(run));
    }
    const auto curve_fold = dealt_out(curves);
    const auto deployment_fold = dealt_out(deployments);
    std::vector<std::string> fold;
    for (const ServedRun& run : runs) {
        switch (split) {
            case Split::kRow:
                fold.push_back(random_fold(fold.size()));
                break;
            case Split::kCurve:
                fold.push_back(curve_fold.at(run.curve));
                break;
            case Split::kDeployment:
                fold.push_back(deployment_fold.at(deployment_of(run)));
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

std::vector<ServedFigures> predict_left_out(const RunFit& fit, const std::vector<double>& full, Split split) {
    const std::vector<std::string> fold = folds(fit.runs(), split);
    std::vector<ServedFigures> predicted(fit.runs().size());
    for (const auto& [name, own] : blocks_of(fit.problem(), fitted_runs(fit.runs()))) {
        RunFit::Linear linear;
        if (by_one_step(split))
            linear = fit.linearise(own, full);
        for (const auto& [left_out, part] : halves(own, fold)) {
            const std::vector<double> values =
                by_one_step(split) ? fit.step(linear, part.kept)
                                   : fit.fit(part.kept, fit.prior_means(), fit.problem().steps());
            for (const std::size_t run : part.left_out) predicted[run] = fit.problem().predict(run, values);
        }
    }
    return predicted;
}

}  // namespace spillway
