#pragma once

#include <span>
#include <string>

namespace spillway::cuda {

/// What probes of fresh processes ask of one: "context driver", "library first_gemm", "module eager", ... It
/// prints the seconds. Returns the exit code: 0, or 1 after a sentence on standard error.
int run_child(std::span<const std::string> arguments);

}  // namespace spillway::cuda
