#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/calibrate/mixture_problem.hpp"
#include "models/llm/empirical.hpp"

namespace spillway {

/// What the catalogue keeps of each deployment that the runs had.
std::vector<EmpiricalDeployment> mixture_deployments(const MixtureProblem& problem,
                                                     std::span<const ServedRun> runs,
                                                     std::span<const double> values);

/// As models/catalog/empirical.json.
std::string empirical_text(const EmpiricalCatalog& catalog);

/// What the catalogue predicts of each run. Throws InputError for a model, GPU or engine that it does not
/// know.
std::vector<ServedFigures> predict_shipped(const MixtureProblem& problem, std::span<const ServedRun> runs);

}  // namespace spillway
