#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// What one row of a trace says, before it is placed in simulated time.
struct TraceRow {
    Duration stamp{};  ///< since 1970 or since a start of the trace's own, as TraceRows::stamps() says
    std::uint32_t input_tokens = 0;
    std::uint32_t output_tokens = 0;
    std::uint32_t max_tokens = 0;
    std::uint64_t session = 0;
    std::uint32_t turn = 0;
    std::optional<Duration> service;
    std::vector<std::uint64_t> prefix_blocks;  ///< reused: cleared by who fills the row
};

enum class RowKind : std::uint8_t {
    kEnd,       ///< there is no further row
    kRow,       ///< the row is filled
    kBad,       ///< problem() says what is wrong with it
    kFiltered,  ///< a parameter asked to leave it out
};

enum class StampKind : std::uint8_t { kSinceStart, kWallClock };

/// The rows of one trace format. Knows the file and its columns; knows no simulated time, no window and no
/// policy on bad rows, which ReaderSource has for all formats.
class TraceRows {
public:
    virtual ~TraceRows() = default;

    /// Fills `row`, whose contents are valid until the next call. Throws InputError when the file cannot be
    /// read.
    virtual RowKind next(TraceRow& row) = 0;
    virtual StampKind stamps() const = 0;
    /// The place of the last row: "day.csv:17".
    virtual std::string where() const = 0;
    /// What was wrong with the last row: "column \"tokens\" is not a number: \"abc\"".
    virtual std::string problem() const = 0;
};

}  // namespace spillway
