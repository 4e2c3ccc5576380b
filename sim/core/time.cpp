#include "sim/core/time.hpp"

#include <cmath>

#include "sim/core/check.hpp"

namespace spillway {

std::optional<Duration> duration_from_seconds(double seconds) noexcept {
    const double nanoseconds = seconds * 1e9;
    constexpr double kLimit = 9.2e18;  // just under 2^63, exactly representable
    if (!(nanoseconds > -kLimit && nanoseconds < kLimit))
        return std::nullopt;
    return Duration{std::llround(nanoseconds)};
}

Duration from_seconds(double seconds) {
    const std::optional<Duration> duration = duration_from_seconds(seconds);
    SPILLWAY_CHECK(duration.has_value(), "seconds out of range or not a number");
    return *duration;
}

}  // namespace spillway
