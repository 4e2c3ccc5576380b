#pragma once

#include <cstdint>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// One leg of a request's way: a law of durations with its own keyed stream. A value type.
class PathLeg {
public:
    PathLeg(Distribution seconds, StreamKey key) : seconds_(std::move(seconds)), key_(key) {}

    Duration draw(std::uint64_t origin, std::uint32_t attempt) const {
        if (seconds_.is_constant())
            return seconds_.duration(0.5);
        return seconds_.duration(RandomStream(key_, origin, attempt).uniform());
    }
    bool is_free() const { return seconds_.is_constant() && seconds_.quantile(0.5) == 0; }

private:
    Distribution seconds_;
    StreamKey key_;
};

/// The way of a request into a pool, to a worker that polls for it, and back to the client.
struct RequestPath {
    PathLeg gateway_in;
    PathLeg take_up;
    PathLeg gateway_out;
};

std::span<const ParamSpec> request_path_params();

/// Reads {"gateway_in": ..., "take_up": ..., "gateway_out": ...}, each a duration or a law, each zero when
/// left out; nullptr reads as {}. Throws InputError.
RequestPath parse_request_path(const ConfigNode* node, const ModelContext& context);

}  // namespace spillway
