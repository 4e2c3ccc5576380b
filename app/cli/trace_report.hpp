#pragma once

#include <string>

#include "app/cli/trace_input.hpp"
#include "traces/statistics.hpp"

namespace spillway {

/// What `trace inspect` prints: the figures of a traffic for people, with a chart of its rate.
std::string trace_text(const std::string& name, const TraceInput& input, const TrafficStatistics& statistics);

/// The same as JSON, ended by a line feed; docs/formats.md describes it.
std::string trace_json(const std::string& name, const TraceInput& input, const TrafficStatistics& statistics);

}  // namespace spillway
