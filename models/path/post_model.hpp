#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "models/model_context.hpp"
#include "sim/core/config.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// What happens to an answer after its last token: a law of durations, plus bytes over bandwidth (an upload,
/// say). A value type.
class PostModel {
public:
    enum class Slot { kHeld, kFreed };

    Duration draw(std::uint64_t origin, std::uint32_t attempt, std::uint32_t output_tokens) const;
    Slot slot() const noexcept { return slot_; }
    bool is_free() const;

private:
    friend PostModel parse_post(const ConfigNode* node, const ModelContext& context);
    PostModel(Distribution seconds, StreamKey key) : seconds_(std::move(seconds)), key_(key) {}

    Distribution seconds_;
    StreamKey key_;
    double transfer_seconds_ = 0;            // of one answer, whatever its length
    double transfer_seconds_per_token_ = 0;  // and of each output token
    Slot slot_ = Slot::kFreed;
};

std::span<const ParamSpec> post_params();

/// Reads {"time": law, "bytes": ..., "bytes_per_token": ..., "bandwidth": ..., "holds_slot": flag}; nullptr
/// reads as {}: nothing to do. Throws InputError, also for bytes without a bandwidth and for a bandwidth
/// without bytes.
PostModel parse_post(const ConfigNode* node, const ModelContext& context);

}  // namespace spillway
