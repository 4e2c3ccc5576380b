#pragma once

#include <string>
#include <vector>

#include "app/run/run_result.hpp"

namespace spillway {

/// Several runs side by side, one row each.
std::string side_by_side(const std::vector<RunResult>& results);

}  // namespace spillway
