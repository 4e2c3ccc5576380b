#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string_view>

#include "sim/fleet/request_source.hpp"
#include "traces/unloaded_replay.hpp"

namespace spillway {

enum class TraceFormat : std::uint8_t {
    kCsv,       ///< t_s,input_tokens,output_tokens,max_tokens,service_s,session: exact; "csv" reads it
    kAzureLlm,  ///< TIMESTAMP,ContextTokens,GeneratedTokens: cut to 100 ns
    kMooncake,  ///< JSON lines with timestamp in ms (cut), lengths and hash_ids
};

/// "csv", "azure-llm" or "mooncake"; empty for another name.
std::optional<TraceFormat> parse_trace_format(std::string_view name);

struct WriteOptions {
    TraceFormat format = TraceFormat::kCsv;
    std::int64_t wall_clock = 0;               ///< of time 0, in seconds since 1970, for formats with dates
    std::optional<ServiceAssumption> service;  ///< when clients that wait for answers get them
};

/// Writes all of a source as one trace and returns how many requests it had. Times count from time 0. The
/// caller looks at the stream's state: this one writes on. Throws InputError when the source breaks off or
/// has a request before time 0, which no format can say.
std::uint64_t write_trace(RequestSource& source, const WriteOptions& options, std::ostream& out);

}  // namespace spillway
