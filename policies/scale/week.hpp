#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace spillway {

/// Weekdays from Monday, 0, to Sunday, 6.
using Weekdays = std::bitset<7>;

constexpr std::int64_t kSecondsOfDay = std::int64_t{24} * 60 * 60;
constexpr std::int64_t kSecondsOfWeek = 7 * kSecondsOfDay;

/// Seconds since the last Monday 00:00, for a wall clock in seconds since 1970-01-01; before that year too.
std::int64_t second_of_week(std::int64_t wall_clock) noexcept;

/// "08:00" or "08:00:30" as seconds since midnight; empty for anything else.
std::optional<std::int64_t> parse_time_of_day(std::string_view text);

/// "daily", "weekdays", "weekends", or days and spans as in "mon-thu,sat"; a span may pass Sunday
/// ("sat-mon").
std::optional<Weekdays> parse_weekdays(std::string_view text);

}  // namespace spillway
