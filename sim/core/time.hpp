#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "sim/core/check.hpp"
#include "sim/core/int128.hpp"

namespace spillway {

/// Simulated time. Has no now(): a moment belongs to one Simulator, never to the process.
struct SimClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<SimClock>;
    static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming): the standard's name
};

using Duration = SimClock::duration;
/// A moment; 0 is the start of the measured window, warm-up lies before it.
using SimTime = SimClock::time_point;

/// Time summed over workers or requests: 64 bits of nanoseconds are full after a month of 3,557 workers.
using SummedTime = std::chrono::duration<Int128, std::nano>;

/// Nearest nanosecond to `seconds`. Empty for NaN and for what does not fit (about 292 years).
inline std::optional<Duration> duration_from_seconds(double seconds) noexcept {
    constexpr double kLimit = 9.2e18;  // just under 2^63, exactly representable
    const double nanoseconds = seconds * 1e9;
    if (!(nanoseconds > -kLimit && nanoseconds < kLimit))
        return std::nullopt;
    // What std::llround does, without the call: the rest after truncation is exact, halves go away from 0.
    const auto whole = static_cast<std::int64_t>(nanoseconds);
    const double rest = nanoseconds - static_cast<double>(whole);
    return Duration{whole + static_cast<std::int64_t>(rest >= 0.5) - static_cast<std::int64_t>(rest <= -0.5)};
}

/// The same for values that the caller has bounded already: anything else is our own bug (CHECK).
inline Duration from_seconds(double seconds) {
    const std::optional<Duration> duration = duration_from_seconds(seconds);
    SPILLWAY_CHECK(duration.has_value(), "seconds out of range or not a number");
    return *duration;
}

/// Which slot of the clock `at` lies in: slot 0 begins at time 0, those before it have negative numbers.
constexpr std::int64_t slot_number(SimTime at, Duration slot) noexcept {
    const Duration since = at.time_since_epoch();
    return since / slot - (since % slot < Duration::zero() ? 1 : 0);
}

constexpr double to_seconds(Duration duration) noexcept {
    return static_cast<double>(duration.count()) / 1e9;
}
constexpr double to_seconds(SummedTime time) noexcept { return static_cast<double>(time.count()) / 1e9; }
constexpr double to_seconds(SimTime time) noexcept { return to_seconds(time.time_since_epoch()); }

}  // namespace spillway
