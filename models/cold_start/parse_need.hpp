#pragma once

#include <optional>

#include "models/cold_start/phase_need.hpp"
#include "models/cold_start/phase_time.hpp"
#include "models/model_context.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// What a preset's user says of the image and the weights, in place of what the preset has. Null: nothing.
struct StoredOverrides {
    const ConfigNode* image = nullptr;
    const ConfigNode* weights = nullptr;
};

/// A phase's time, and what it depends on.
struct PhaseWays {
    PhaseTime time;
    std::optional<PhaseNeed> need;
};

/// Reads what parse_phase_time() reads and "image" or "weights", "over", "cached", "cached_bandwidth",
/// "in_memory", "memory_bandwidth", "loader" and "storage". Throws InputError for what does not go together,
/// for links and loaders that there are not, and for a size that is missing. Requires: the reader declares
/// them all as optional.
PhaseWays parse_phase_ways(ParamReader& reader, PhaseGround ground, StartGround& shared,
                           const StoredOverrides& overrides);

/// Reads "bytes" with "bandwidth", "over" (a list of names of links) or both, "latency" and "noise".
/// `bytes`: what it moves where it does not say so.
PhaseHaul parse_haul(ParamReader& reader, std::optional<std::int64_t> bytes, const StartGround& shared);
/// What a haul takes when nobody else uses its links, its host's own left out.
PhaseTime time_alone(const PhaseHaul& haul, const StartGround& shared, const std::string& where);

}  // namespace spillway
