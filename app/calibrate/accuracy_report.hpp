#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/calibrate/error_figures.hpp"
#include "app/calibrate/fit_problem.hpp"
#include "app/calibrate/served_figures.hpp"
#include "app/calibrate/served_runs.hpp"

namespace spillway {

struct RunErrors {
    std::size_t runs = 0;
    ErrorFigures tpot;
    ErrorFigures ttft;
    ErrorFigures e2e;
};

/// Over `numbers` of the runs. Requires at least one.
RunErrors run_errors(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                     const RunNumbers& numbers);

/// A table for people: a line for all, for each source, engine, GPU, precision, model and group, then the
/// worst runs by name. Percent.
std::string accuracy_table(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                           const RunNumbers& numbers);
/// The same with one line for each value of `part`, which has one entry a run.
std::string accuracy_by(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted,
                        const RunNumbers& numbers, const std::vector<std::string>& part);

}  // namespace spillway
