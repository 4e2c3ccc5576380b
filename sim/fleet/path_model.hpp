#pragma once

#include <cstdint>

#include "sim/core/time.hpp"

namespace spillway {

/// What a request spends beside waiting for a worker and the inference itself: the way to the pool, the
/// take-up by a worker that polls, post-processing, and the way back. Owned by the pool. Draws depend on
/// (origin, attempt) alone, so a request is given the same times under every policy; none is negative.
class PathModel {
public:
    virtual ~PathModel() = default;

    /// From the client to the pool's queue.
    virtual Duration gateway_in(std::uint64_t origin, std::uint32_t attempt) const = 0;
    /// From getting a slot on a worker to being admitted by its engine. Holds the slot.
    virtual Duration take_up(std::uint64_t origin, std::uint32_t attempt) const = 0;
    /// From the last token to the answer's leaving the pool.
    virtual Duration post(std::uint64_t origin, std::uint32_t attempt, std::uint32_t output_tokens) const = 0;
    /// From the pool back to the client. Holds no slot.
    virtual Duration gateway_out(std::uint64_t origin, std::uint32_t attempt) const = 0;

    /// Whether post() runs on the worker's slot or beside it.
    virtual bool post_holds_slot() const noexcept = 0;
    /// True when every time above is zero for every request: the fleet then asks for none of them.
    virtual bool is_free() const noexcept = 0;
};

}  // namespace spillway
