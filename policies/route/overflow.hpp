#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/fleet/route_policy.hpp"

namespace spillway {

/// When a request may leave the first pool, and how.
struct OverflowRule {
    enum class When : std::uint8_t { kQueueAge, kBusyShare, kQueueLength };
    enum class Mode : std::uint8_t {
        kLate,   ///< it stands in both queues, the first slot takes it
        kEarly,  ///< it moves over for good
    };
    When when = When::kQueueAge;
    Duration queue_age{0};  ///< it has waited this long
    double busy_share = 1;  ///< on arrival, at least this share of the pool's ready slots is taken
    int queue_length = 1;   ///< on arrival, at least so many wait there
    Mode mode = Mode::kLate;
};

inline constexpr ParamSpec kOverflowWhenParam = choice_param(
    "when", "queue-age|base-busy-share|base-queue-length", "queue-age", "what makes a request overflow");
inline constexpr ParamSpec kOverflowQueueAgeParam =
    default_param("queue_age", ParamKind::kDuration, "1s", "for queue-age: it has waited this long");
inline constexpr ParamSpec kOverflowBusyShareParam =
    default_param("busy_share", ParamKind::kRatio, "100%",
                  "for base-busy-share: share of the ready slots taken on its arrival");
inline constexpr ParamSpec kOverflowQueueLengthParam = default_param(
    "queue_length", ParamKind::kCount, "1", "for base-queue-length: requests that wait there on its arrival");
inline constexpr ParamSpec kOverflowModeParam = choice_param(
    "mode", "late|early", "late", "late: it stands in both queues; early: it moves over for good");

/// Reads the five parameters above. InputError for a threshold of another rule than the chosen one, and for a
/// busy share below 100% with mode late (the free slot of the first pool would take the request at once).
OverflowRule read_overflow_rule(ParamReader& reader);

/// Requires: at least two pools, in order of preference; exactly two for the rule kQueueAge.
std::unique_ptr<PoolRoute> make_overflow_route(std::vector<PoolId> pools, const OverflowRule& rule);

}  // namespace spillway
