#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace spillway::tests {

struct ProcessResult {
    int status;               ///< exit status; 128 + signal when a signal ended it
    std::string out;          ///< standard output
    std::string err;          ///< standard error
    std::int64_t peak_bytes;  ///< the most memory that it held, or this test program when it started it
};

/// Runs `command` (program first, no shell) and waits for it; standard input is empty.
/// A program that cannot be started gives status 127. Throws std::runtime_error when there is no process to
/// be had.
ProcessResult run_process(const std::vector<std::string>& command);

}  // namespace spillway::tests
