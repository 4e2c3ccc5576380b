#pragma once

#include "app/sensitivity/sensitivity.hpp"

namespace spillway {

/// Runs the trajectories of a screening of the report's fields, and says what each does to each metric. All
/// points of a trajectory have the same draws, those of the replication with its number, so that an
/// elementary effect is a difference of pairs; sigma then also holds how much it depends on luck. Requires:
/// the report's metrics are there. Throws InputError for a point that cannot be run.
void add_screening(const VariantRunner& runner, SensitivityReport& report);

}  // namespace spillway
