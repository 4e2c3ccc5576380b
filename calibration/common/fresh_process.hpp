#pragma once

#include <functional>
#include <string>
#include <vector>

namespace spillway {

/// What became of a process that has ended.
struct EndedProcess {
    double seconds = 0;  ///< from just before it was started until its end was known
    std::string output;  ///< what it wrote to standard output
};

/// Starts `command` by posix_spawn, which does not copy this process's page tables as fork does, and waits
/// for it. Throws MeasureError, with what it wrote to standard error, when it cannot be started or fails.
EndedProcess run_fresh(const std::vector<std::string>& command);

/// What a fresh process does: measures and prints the seconds for printed_seconds(), or prints to standard
/// error why it cannot. Returns the exit code.
int print_seconds(const std::function<double()>& measure);

/// The seconds that a child printed as its last line. Throws MeasureError for anything else.
double printed_seconds(const EndedProcess& process);

}  // namespace spillway
