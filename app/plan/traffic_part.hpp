#pragma once

#include <optional>
#include <string>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// Which part of the traffic: a plan is tuned on one and confirmed on the other.
enum class TrafficPart : std::uint8_t { kTune, kConfirm };

/// Where a scenario's recorded traffic is cut in two: the middle of its window. Empty when no source is
/// recorded: generators make other traffic for other seeds.
std::optional<Duration> cutting_point(const Scenario& scenario);

/// Leaves one part of recorded traffic, as a window of its own. Sources that are cut or repeated already
/// cannot be cut: they play on as they are. Without a cutting point, nothing changes.
void take_part(Scenario& scenario, TrafficPart part, const std::optional<Duration>& cut);

/// Replications of the two parts share no draw.
std::uint64_t first_replication(TrafficPart part) noexcept;

}  // namespace spillway
