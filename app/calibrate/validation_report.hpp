#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/validation.hpp"

namespace spillway {

/// Takes a report's text as it grows: some parts take minutes.
using ReportSink = std::function<void(const std::string&)>;

/// What the catalogue's engines predict of the runs, in tables: closed loops, open loops, and the groups set
/// apart. Nothing is fitted.
void report_shipped(std::span<const ServedRun> runs, const std::vector<ServedFigures>& shipped,
                    const ReportSink& write);

/// What engines predict that were fitted to the others of `runs`, for each split, in the same tables.
void report_left_out(const OverheadFit& fit, std::span<const ServedRun> runs, std::span<const Split> splits,
                     const ReportSink& write);

/// A line a run: what it was, what was measured and what is predicted, seconds.
std::string predictions_csv(std::span<const ServedRun> runs, const std::vector<ServedFigures>& predicted);

}  // namespace spillway
