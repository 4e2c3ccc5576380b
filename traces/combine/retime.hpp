#pragma once

#include <memory>
#include <optional>

#include "sim/fleet/request_source.hpp"

namespace spillway {

/// A window of a source's own time, and where it goes in simulated time.
struct TimeWindow {
    SimTime from;                  ///< what arrives before it is left out
    std::optional<SimTime> until;  ///< and at or after it
    SimTime begin;                 ///< where `from` comes to lie
    double factor = 1;             ///< every gap is multiplied by it

    /// Where a moment of the source comes to lie.
    SimTime place(SimTime at) const noexcept;
    /// The first moment of the source that comes to lie at or after `at`, or one a little later.
    SimTime origin_of(SimTime at) const noexcept;
};

/// The window's traffic at its new place.
std::unique_ptr<RequestSource> retime(std::unique_ptr<RequestSource> source, const TimeWindow& window);

}  // namespace spillway
