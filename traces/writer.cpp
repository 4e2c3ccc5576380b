#include "traces/writer.hpp"

#include <fmt/format.h>

#include <iterator>
#include <ostream>

#include "sim/core/error.hpp"
#include "traces/wall_stamp.hpp"

namespace spillway {

namespace {

constexpr std::uint64_t kIdBits = (std::uint64_t{1} << 48) - 1;
constexpr std::size_t kFlushSize = std::size_t{64} * 1024;

using Buffer = fmt::memory_buffer;

/// Seconds, exact: "4.314579", "12".
void append_seconds(Buffer& out, Duration time) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    fmt::format_to(std::back_inserter(out), "{}", time.count() / kSecond);
    std::int64_t rest = time.count() % kSecond;
    if (rest == 0)
        return;
    int digits = 9;
    for (; rest % 10 == 0; rest /= 10) --digits;
    fmt::format_to(std::back_inserter(out), ".{:0{}}", rest, digits);
}

/// An id as a file has it: without the source's number where that is the number of the request's own source.
std::uint64_t file_id(std::uint64_t id, std::uint64_t origin) {
    return id >> 48 == origin >> 48 ? id & kIdBits : id;
}

void append_csv(Buffer& out, const Arrival& arrival) {
    append_seconds(out, arrival.at.time_since_epoch());
    fmt::format_to(std::back_inserter(out), ",{},{},", arrival.input_tokens, arrival.output_tokens);
    if (arrival.max_tokens != 0)
        fmt::format_to(std::back_inserter(out), "{}", arrival.max_tokens);
    out.push_back(',');
    if (arrival.service)
        append_seconds(out, *arrival.service);
    out.push_back(',');
    if (arrival.session != 0)
        fmt::format_to(std::back_inserter(out), "{}", file_id(arrival.session, arrival.origin));
    out.push_back('\n');
}

void append_azure_llm(Buffer& out, const Arrival& arrival, std::int64_t wall_clock) {
    const Duration date = arrival.at.time_since_epoch() + std::chrono::seconds(wall_clock);
    fmt::format_to(std::back_inserter(out), "{},{},{}\n", format_wall_stamp(date), arrival.input_tokens,
                   arrival.output_tokens);
}

void append_mooncake(Buffer& out, const Arrival& arrival) {
    const auto stamp = std::chrono::floor<std::chrono::milliseconds>(arrival.at.time_since_epoch());
    fmt::format_to(std::back_inserter(out),
                   R"({{"timestamp":{},"input_length":{},"output_length":{},"hash_ids":[)", stamp.count(),
                   arrival.input_tokens, arrival.output_tokens);
    bool first = true;
    for (const std::uint64_t block : arrival.prefix_blocks) {
        fmt::format_to(std::back_inserter(out), "{}{}", first ? "" : ",", file_id(block, arrival.origin));
        first = false;
    }
    fmt::format_to(std::back_inserter(out), "]}}\n");
}

void append_header(Buffer& out, TraceFormat format) {
    switch (format) {
        case TraceFormat::kCsv:
            fmt::format_to(std::back_inserter(out),
                           "t_s,input_tokens,output_tokens,max_tokens,service_s,session\n");
            return;
        case TraceFormat::kAzureLlm:
            fmt::format_to(std::back_inserter(out), "TIMESTAMP,ContextTokens,GeneratedTokens\n");
            return;
        case TraceFormat::kMooncake:
            return;
    }
}

void append_row(Buffer& out, const Arrival& arrival, const WriteOptions& options) {
    if (arrival.at < SimTime{}) {
        throw InputError("trace", "a request comes before time 0, which no trace format can say",
                         "write the traffic without its warm-up");
    }
    switch (options.format) {
        case TraceFormat::kCsv:
            return append_csv(out, arrival);
        case TraceFormat::kAzureLlm:
            return append_azure_llm(out, arrival, options.wall_clock);
        case TraceFormat::kMooncake:
            return append_mooncake(out, arrival);
    }
}

void flush(Buffer& buffer, std::ostream& out) {
    out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.clear();
}

}  // namespace

std::optional<TraceFormat> parse_trace_format(std::string_view name) {
    if (name == "csv")
        return TraceFormat::kCsv;
    if (name == "azure-llm")
        return TraceFormat::kAzureLlm;
    if (name == "mooncake")
        return TraceFormat::kMooncake;
    return std::nullopt;
}

std::uint64_t write_trace(RequestSource& source, const WriteOptions& options, std::ostream& out) {
    Buffer buffer;
    append_header(buffer, options.format);
    UnloadedReplay replay(source, options.service);
    std::uint64_t requests = 0;
    for (auto step = replay.next(); step != UnloadedReplay::Step::kEnd; step = replay.next()) {
        if (step != UnloadedReplay::Step::kArrival)
            continue;
        append_row(buffer, replay.arrival(), options);
        ++requests;
        if (buffer.size() >= kFlushSize)
            flush(buffer, out);
        if (!out)
            break;
    }
    flush(buffer, out);
    return requests;
}

}  // namespace spillway
