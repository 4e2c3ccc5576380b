#pragma once

#include <string>

#include "app/run/run_result.hpp"

namespace spillway {

/// The whole result as JSON, ended by a line feed. Keys carry their unit (_s, _usd, _share); money is exact
/// to the nano-dollar (below nine million dollars); what does not exist is null. The same result gives the
/// same bytes. docs/formats.md describes it.
std::string json_report(const RunResult& result);

/// Several results: a list of such objects.
std::string json_report(const std::vector<RunResult>& results);

}  // namespace spillway
