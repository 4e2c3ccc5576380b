#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/time.hpp"

namespace spillway {

/// A date and time as traces write it.
struct WallStamp {
    Duration utc;     ///< since 1970-01-01 00:00 UTC; without a zone, as if it were written in UTC
    Duration offset;  ///< of its zone from UTC; 0 without one
};

/// "2023-11-16 18:15:46.6805900" or "2024-05-10T00:00:00.009930+00:00": seconds may have any number of
/// decimals (those below the nanosecond are cut), the zone may be absent, "Z", "+hh", "+hhmm" or "+hh:mm".
/// Empty for anything else and for years outside 1970..2200.
std::optional<WallStamp> parse_wall_stamp(std::string_view text);

/// "2023-11-16 18:15:46.6805900": seven decimals, the form of Azure's traces. Further digits are cut.
std::string format_wall_stamp(Duration since_1970);

/// The wall clock's midnight before `seconds` since 1970, in seconds since 1970.
std::int64_t midnight_before(std::int64_t seconds);

}  // namespace spillway
