#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The answer in one line: cost, latency, cold starts, failures, attainment.
std::string answer_line(const RunResult& result);

}  // namespace spillway
