#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// Why a run was near saturation: some pool of workers had as many as it may have for half of the window or
/// more, and these carried nine tenths of what they can or more. Its latencies then depend on small things,
/// and intervals are wide. Empty: it was not.
std::string saturation(const RunResult& result);

}  // namespace spillway
