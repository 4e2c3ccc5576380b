#pragma once

#include <string>
#include <vector>

#include "app/run/run_result.hpp"

namespace spillway {

/// One row a run with the figures of the answer, under a header; keys as in the JSON's "answer".
std::string csv_report(const std::vector<RunResult>& results);

}  // namespace spillway
