#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/run_fit.hpp"

namespace spillway {

/// What is left out of a fit together, to be predicted by it.
enum class Split : std::uint8_t {
    kRow,         ///< single runs at random, in 20 folds; optimistic: others of the same curve are kept
    kCurve,       ///< configurations, in 20 folds: one Gauss-Newton step from the fit to all
    kDeployment,  ///< a model on some GPUs with its layout, in 20 folds: one such step
    kGpu,         ///< one GPU of an engine; refitted from the priors
    kModel,       ///< one language model; refitted from the priors
    kVersion,     ///< one version of an engine; refitted from the priors
};

inline constexpr std::array kSplits{Split::kRow, Split::kCurve, Split::kDeployment,
                                    Split::kGpu, Split::kModel, Split::kVersion};
std::string split_name(Split split);
/// Whether its folds are dealt out and predicted by one step from the fit to all; others are refitted.
bool by_one_step(Split split);

/// The runs that are fitted: all but those set apart.
RunNumbers fitted_runs(std::span<const ServedRun> runs);

/// Block by block, from the priors.
std::vector<double> fit_all(const RunFit& fit, const RunNumbers& used);

/// What fits that had not seen it predict of each fitted run; others stay empty figures. `full` is the fit to
/// all, which a split by one step requires; others do not look at it.
std::vector<ServedFigures> predict_left_out(const RunFit& fit, const std::vector<double>& full, Split split);

/// What a run is left out with: its fold.
std::vector<std::string> folds(std::span<const ServedRun> runs, Split split);

}  // namespace spillway
