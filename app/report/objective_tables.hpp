#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// Each objective with what was observed; empty without objectives.
std::string objective_table(const Summary& summary);

/// The classes side by side; empty where there is one only.
std::string class_table(const RunResult& result);

}  // namespace spillway
