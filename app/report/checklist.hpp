#pragma once

#include <optional>
#include <string>

#include "app/run/fixed_fleet.hpp"
#include "app/run/run_result.hpp"

namespace spillway {

/// The planner's five questions, answered from one run: what the traffic is like, what cold starts leave of
/// the latency target, what loading the model costs, the two textbook monthly costs beside the simulated
/// ones, and which constraints ruled pools out. `fixed` is the smallest fixed fleet that meets the
/// objectives, where one was looked for.
std::string checklist_text(const RunResult& result, const std::optional<FixedFleet>& fixed);

}  // namespace spillway
