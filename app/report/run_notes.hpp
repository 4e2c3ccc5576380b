#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// What else a reader has to know of a run, a line each: limits, failures, what was left, what a month is.
std::string run_notes(const RunResult& result);

}  // namespace spillway
