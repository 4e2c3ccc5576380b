#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// A stage of staged requests as a JSON object.
std::string stage_json(const StageResult& stage);

}  // namespace spillway
