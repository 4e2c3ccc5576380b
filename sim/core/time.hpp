#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

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

/// Nearest nanosecond to `seconds`. Empty for NaN and for what does not fit (about 292 years).
std::optional<Duration> duration_from_seconds(double seconds) noexcept;

/// The same for values that the caller has bounded already: anything else is our own bug (CHECK).
Duration from_seconds(double seconds);

constexpr double to_seconds(Duration duration) noexcept {
    return static_cast<double>(duration.count()) * 1e-9;
}
constexpr double to_seconds(SimTime time) noexcept { return to_seconds(time.time_since_epoch()); }

}  // namespace spillway
