#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace spillway {

/// `text` as one CSV field: quoted where it must be, and never read as a formula by a spreadsheet (text that
/// begins with = + - @, a tab or a carriage return gets an apostrophe in front).
std::string csv_field(std::string_view text);

/// Longest text that write_seconds() makes.
constexpr std::size_t kMaxSecondsText = 24;

/// Writes the duration in seconds, exact to the nanosecond and without trailing zeros ("1.5", "0.000000001",
/// "-3", "0"), and returns the end. Requires: room for kMaxSecondsText characters.
char* write_seconds(char* out, Duration duration) noexcept;

}  // namespace spillway
