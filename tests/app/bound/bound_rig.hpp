#pragma once

#include <filesystem>
#include <string>

#include "app/bound/bound.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway::tests {

/// One pool and its traffic, as members of a scenario file.
struct BoundCase {
    std::string traffic = R"({"source": "poisson", "rate": "0.1/s"})";
    std::string slo = R"("p95 total < 30s")";
    std::string service = R"({"model": "fixed", "time": "2s"})";
    std::string startup = R"([{"phase": "container", "time": "20s"}])";
    std::string policy = R"("scale-to-zero")";
    std::string price = R"("$3.6/h")";  // a tenth of a cent a second
    std::string horizon = "10m";
    std::string pool{};      ///< further members of the pool
    std::string scenario{};  ///< and of the scenario
};

/// Without warm-up, and with a pool that begins empty, unless the case says otherwise.
Scenario scenario_of(const BoundCase& one, const std::filesystem::path& folder = ".");

/// A trace in "trace.csv" with one time a row, in seconds: "t_s\n100\n".
inline constexpr const char* kTraceSource =
    R"({"source": "csv", "file": "trace.csv", "align": "as-written", "input_column": "none", "output_column": "none"})";

}  // namespace spillway::tests
