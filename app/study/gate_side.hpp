#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>

#include "app/study/compare.hpp"
#include "app/study/scenario_file.hpp"
#include "app/study/scenario_runs.hpp"

namespace spillway {

/// A scenario to run, or the runs of one that somebody kept.
using GateEntry = std::variant<ScenarioFile, ScenarioRuns>;

/// One side of a gate: a scenario or a file of runs, or a folder of either, each by the file's name without
/// its ending. A single file has the name "".
using GateSide = std::map<std::string, GateEntry>;

/// Throws InputError for what is neither, and for a folder without any. Files of a folder that lack traffic
/// or pools are parts of others, and left out; folders inside it too.
GateSide load_side(const std::filesystem::path& path, const ScenarioFile::Additions& additions);

/// Runs what is to be run: with `metrics` and `rule`, or as the other side was run where that one is kept, so
/// that the two are pairs.
PairOfRuns run_sides(const GateEntry& base, const GateEntry& head, const std::vector<Metric>& metrics,
                     const ReplicationRule& rule);

}  // namespace spillway
