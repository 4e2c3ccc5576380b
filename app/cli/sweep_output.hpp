#pragma once

#include <optional>

#include "app/cli/options.hpp"
#include "app/study/sweep_table.hpp"

namespace spillway {

/// The front that --pareto names, or the usual one. Throws InputError.
std::optional<MetricPair> front_option(const Options& options, const std::vector<Metric>& metrics);

/// Writes a table where --csv and --json say, and as text to standard output unless they took it.
void write_table(const Options& options, const SweepTable& table);

}  // namespace spillway
