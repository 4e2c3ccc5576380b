#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace spillway {

// Text with units, as people write it in scenarios and on the command line. A unit is never guessed: "250" is
// not a duration. Each function returns empty for text that is not of its kind, including NaN, infinity, a
// missing or unknown unit and what does not fit; the caller knows the place and writes the error.

/// "250ms", "1.5h", "-2s", "1m30s"; units ns us ms s m h d w, the larger one first. Decimal arithmetic in
/// integers: exact down to a nanosecond, finer digits round to the nearest (half away from 0).
std::optional<Duration> parse_duration(std::string_view text);

/// "16GiB", "2.5GB", "512B"; units B kB MB GB TB (powers of 1000) and KiB MiB GiB TiB (powers of 1024). Whole
/// bytes, exact, finer digits round to the nearest; never negative.
std::optional<std::int64_t> parse_bytes(std::string_view text);

/// "3.2GB/s", "1GiB/s", "16Gbit/s". Bytes per second, never negative.
std::optional<double> parse_byte_rate(std::string_view text);

/// "0.5/s", "90/min", "1200/h", "3/d". Events per second, never negative.
std::optional<double> parse_rate(std::string_view text);

/// "5%" or "0.05". A ratio, which may exceed 1.
std::optional<double> parse_ratio(std::string_view text);

/// A plain finite decimal number that fills the whole text.
std::optional<double> parse_number(std::string_view text);

/// A whole number that fills the whole text.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// "2026-03-02T08:00", optionally with seconds, or "2026-03-02". Seconds since 1970-01-01, no time zone: wall
/// clock of the scenario's own region.
std::optional<std::int64_t> parse_wall_clock(std::string_view text);

/// The shortest of "250ms", "1.5s", "2m", "3h", "14d" that reads back as the same duration; the smaller unit
/// when two are equally short.
std::string format_duration(Duration duration);

}  // namespace spillway
