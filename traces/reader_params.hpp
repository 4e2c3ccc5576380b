#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "sim/core/config.hpp"
#include "traces/registry.hpp"

namespace spillway {

// The parameters that every reader of a file has.
inline constexpr ParamSpec kFileParam =
    required_param("file", ParamKind::kText,
                   "The trace, relative to the scenario's folder; gzip and zstd are read as they are.");
inline constexpr ParamSpec kAlignParam = choice_param(
    "align", "first-row|as-written", "first-row",
    "first-row: the first row comes at the first moment of traffic. as-written: plain numbers count from "
    "time 0, dates are placed by the scenario's wall clock.");
inline constexpr ParamSpec kSkipBadRowsParam =
    default_param("skip_bad_rows", ParamKind::kFlag, "false",
                  "Leave rows out that cannot be read, and report how many there were.");

enum class Align : std::uint8_t { kFirstRow, kAsWritten };

/// The file of a reader as errors call it and where it is.
struct TraceFile {
    std::string name;
    std::filesystem::path path;
};
TraceFile read_trace_file(ParamReader& params, const SourceContext& context);

/// What `align` and `skip_bad_rows` say.
struct ReaderOptions {
    Align align = Align::kFirstRow;
    bool skip_bad_rows = false;
};
ReaderOptions read_reader_options(ParamReader& params);

}  // namespace spillway
