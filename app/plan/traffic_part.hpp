#pragma once

#include <optional>
#include <string>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// Which part of the traffic: a plan is tuned on one and confirmed on the other.
enum class TrafficPart : std::uint8_t { kTune, kConfirm };

/// Where a scenario's recorded traffic is cut in two: the middle of its window. Empty when no source is
/// recorded, or none can be cut.
std::optional<Duration> cutting_point(const Scenario& scenario);

/// Leaves one part of the traffic: of recorded sources, where there is a cutting point, their half of the
/// window; and all draws of the confirming part are others than those of the tuning one. Sources that are
/// cut, repeated or stretched already cannot be cut: they play on as they are.
void take_part(Scenario& scenario, TrafficPart part, const std::optional<Duration>& cut);

}  // namespace spillway
