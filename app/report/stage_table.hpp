#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// How long each stage of staged requests took; empty where there are none.
std::string stage_table(const RunResult& result);

}  // namespace spillway
