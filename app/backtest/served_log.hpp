#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"

namespace spillway {

/// What the times of a log count from.
enum class LogClock : std::uint8_t {
    kScenario,  ///< time 0 of the scenario whose run wrote it
    kWall,      ///< 1970: dates, or seconds since then
    kOwn,       ///< a beginning of its own
};

/// A request that was served, and what was measured of it.
struct ServedRequest {
    Arrival sent;            ///< its class is set by whoever knows the scenario; prefix_blocks is empty
    std::uint64_t line = 0;  ///< of the file; 0: a trace, which has it
    std::uint32_t class_index = 0;  ///< into ServedLog::classes
    Outcome outcome = Outcome::kCompleted;
    Duration total{0};  ///< to the answer, or until its client knew
    std::optional<Duration> ttft;
    std::optional<Duration> answer;  ///< from the first to the last token
    bool cold = false;
    bool exposed = false;
    std::vector<std::uint64_t> prefix_blocks;
};

/// A log of requests. What it does not tell of any request it tells of none.
struct ServedLog {
    std::string name;    ///< as the user named it
    std::string format;  ///< "run --requests", "request log", or the reader of a trace
    LogClock clock = LogClock::kOwn;
    std::vector<std::string> classes;     ///< names; an empty one: the log does not say
    std::vector<ServedRequest> requests;  ///< by when they were sent
    bool tells_total = false;
    bool tells_ttft = false;
    bool tells_outcome = false;
    bool tells_cold = false;
    bool tells_exposed = false;
    std::vector<std::string> notes;

    /// The place of a request, for errors.
    std::string where(const ServedRequest& request) const;
    const std::string& class_of(const ServedRequest& request) const { return classes[request.class_index]; }
};

/// Whether a file with this first line is a log that read_served_log() reads.
bool is_served_log(std::string_view first_line);

/// Reads what `spillway run --requests` wrote, or a request log as docs/backtest.md describes it. Throws
/// InputError with the line for a missing column and a row that contradicts itself.
ServedLog read_served_log(const std::string& file);

/// A recorded traffic without anything measured, by one of the readers of traces. Throws InputError.
ServedLog read_trace_as_log(const std::string& file, const std::string& reader);

/// Gives each request that did not complete, and whose answer is 0 tokens therefore, the mean answer of those
/// of its class that did; a note says how many.
void fill_unknown_answers(ServedLog& log);

}  // namespace spillway
