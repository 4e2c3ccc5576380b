#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "calibration/host/host_means.hpp"

namespace spillway {

/// Exits at once with success.
inline constexpr const char* kTrueProgram = "/bin/true";

/// What starts this program afresh for host_child(arguments). Requires: the program is known.
std::vector<std::string> child_command(const HostMeans& means, const std::vector<std::string>& arguments);

/// In a fresh process: does what the arguments say and prints its seconds. "fork_exec": forks and starts
/// kTrueProgram; "dlopen PATH": loads a shared library. Returns the exit code; prints why it is not 0.
int host_child(std::span<const std::string> arguments);

}  // namespace spillway
