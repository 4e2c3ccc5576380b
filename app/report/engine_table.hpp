#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// What the token-level engines of each pool did inside the window; empty when there are none.
std::string engine_table(const RunResult& result);

}  // namespace spillway
