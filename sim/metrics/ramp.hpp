#pragma once

#include <cstdint>

#include "sim/core/ticks.hpp"

namespace spillway {

/// Durations that grow evenly: `steps` values, of which each counts `each` times.
struct Ramp {
    Ticks first{0};   ///< 0 or more
    Ticks growth{0};  ///< 0 or more
    std::uint64_t steps = 0;
    std::uint64_t each = 1;

    /// Value `step`, from 0, with its fraction.
    Ticks at(std::uint64_t step) const noexcept { return first + growth * Ticks{step}; }
    Duration value(std::uint64_t step) const noexcept { return floor_duration(at(step)); }
    /// How many steps are below a number of nanoseconds, at most 2^63. Requires: steps > 0.
    std::uint64_t steps_below(std::uint64_t nanoseconds) const noexcept;
    /// Of all values, each as often as it counts, fractions of a nanosecond included. Requires steps < 2^32.
    Ticks sum() const noexcept {
        return (first * Ticks{steps} + growth * Ticks{steps * (steps - 1) / 2}) * Ticks{each};
    }
};

}  // namespace spillway
