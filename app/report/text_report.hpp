#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The answer in one line: cost, latency, cold starts, failures, attainment.
std::string answer_line(const RunResult& result);

/// The whole result for people: the answer first, then the fleet, where the time went, where the money went.
std::string text_report(const RunResult& result);

/// Several runs side by side, one row each.
std::string side_by_side(const std::vector<RunResult>& results);

}  // namespace spillway
