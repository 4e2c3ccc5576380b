#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/calibrate/overhead_problem.hpp"

namespace spillway {

/// The catalogue's entries, those for the engines of the runs and for each of their versions with overheads
/// and corrections from a fit. Their provenance names the runs' files, and `origin` unless it is empty.
std::vector<EngineProfile> fitted_engines(const OverheadProblem& problem, std::span<const ServedRun> runs,
                                          const std::vector<double>& values, const std::string& origin);

/// As models/catalog/engines.json.
std::string engines_text(const std::vector<EngineProfile>& engines);

/// What the catalogue's engines predict of each run: its version, or the engine where there is no entry for
/// it.
std::vector<ServedFigures> predict_shipped(const OverheadProblem& problem, std::span<const ServedRun> runs);

}  // namespace spillway
