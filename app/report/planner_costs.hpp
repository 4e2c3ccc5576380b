#pragma once

#include <optional>
#include <string>

#include "app/run/fixed_fleet.hpp"
#include "app/run/run_result.hpp"

namespace spillway {

/// The checklist's fourth point: the textbook's two costs beside the simulated ones, an hour and a month,
/// with every difference between them, and where the on-demand price comes from.
std::string planner_costs_text(const RunResult& result, const std::optional<FixedFleet>& fixed);

}  // namespace spillway
