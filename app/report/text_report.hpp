#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The whole result for people: the answer first, then the fleet, where the time went, where the money went.
std::string text_report(const RunResult& result);

}  // namespace spillway
