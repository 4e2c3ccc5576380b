#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The pools: their policy, workers, use and peaks.
std::string fleet_table(const RunResult& result);

}  // namespace spillway
