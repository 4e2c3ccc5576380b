#pragma once

#include <cmath>
#include <cstdint>

#include "sim/core/check.hpp"
#include "sim/core/int128.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Time in 2^-32 nanoseconds, for what is repeated so often that whole nanoseconds would drift. Steps are
/// whole numbers of it, so that a run of them added up by a closed form and one added up step by step end at
/// the same tick.
using Ticks = Int128;

constexpr int kTickBits = 32;

constexpr Ticks to_ticks(SimTime time) noexcept {
    return Ticks{time.time_since_epoch().count()} * (Ticks{1} << kTickBits);
}
constexpr Ticks to_ticks(Duration duration) noexcept {
    return Ticks{duration.count()} * (Ticks{1} << kTickBits);
}

/// The nanosecond that `ticks` lies in: stamps round down.
constexpr SimTime floor_time(Ticks ticks) noexcept {
    return SimTime{Duration{static_cast<std::int64_t>(ticks >> kTickBits)}};
}
constexpr Duration floor_duration(Ticks ticks) noexcept {
    return Duration{static_cast<std::int64_t>(ticks >> kTickBits)};
}

/// Before every moment: where an engine stands that has done nothing yet (warm-up lies before 0).
constexpr Ticks kBeforeTime = to_ticks(SimTime::min());

/// Nearest tick. Requires 0 <= seconds < 1e9 (CHECK).
inline Ticks ticks_from_seconds(double seconds) {
    SPILLWAY_CHECK(seconds >= 0 && seconds < 1e9, "a step time out of range or not a number");
    // Whole nanoseconds and the rest apart: a product of both would lose the low bits of the first.
    const double nanoseconds = seconds * 1e9;
    const double whole = std::floor(nanoseconds);
    const double rest =
        std::round((nanoseconds - whole) * static_cast<double>(std::uint64_t{1} << kTickBits));
    return Ticks{static_cast<std::int64_t>(whole)} * (Ticks{1} << kTickBits) +
           static_cast<std::int64_t>(rest);
}
constexpr double to_seconds(Ticks ticks) noexcept {
    return static_cast<double>(ticks) / (static_cast<double>(std::uint64_t{1} << kTickBits) * 1e9);
}

}  // namespace spillway
