#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/options.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/registry.hpp"

namespace spillway {

/// A traffic that the command line names: a trace file, a source object or a scenario's traffic.
struct TraceInput {
    std::string reader;  ///< of a trace file; empty for a .json
    std::int64_t wall_clock = 0;
    EntityCounter entities;
    ReadLog reads;
    std::unique_ptr<RequestSource> source;
};

/// The options that say how a traffic is read: --reader, --skip-bad-rows, --folder, --seed, --start,
/// --horizon.
const std::vector<OptionSpec>& trace_input_options();

/// Opens `file`. A .json is a source object or a scenario; anything else is a trace, whose reader --reader
/// names or its first line tells. Throws InputError.
std::unique_ptr<TraceInput> open_trace(const std::string& file, const Options& options);

/// The reader for a trace that begins with this line; empty when none is known for it.
std::optional<std::string_view> guess_reader(std::string_view first_line);

}  // namespace spillway
