#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace spillway {

using ClassId = Id<struct ClassKind>;

/// One logical request as its client sends it.
struct Arrival {
    SimTime at;
    std::uint64_t origin = 0;  ///< names the request under every policy; unique within a run
    ClassId class_id;
    std::uint32_t input_tokens = 0;
    std::uint32_t output_tokens = 0;  ///< true length; only the engine that makes the tokens reads it
    std::uint32_t max_tokens = 0;     ///< what the client asked for at most; 0: not stated
    std::uint64_t session = 0;        ///< 0: none
    std::uint32_t turn = 0;
    std::optional<Duration> service;  ///< measured time of this very request, where the trace has one
    /// Ids of the prompt's prefix blocks; points into the source, valid until its next pop().
    std::span<const std::uint64_t> prefix_blocks;
};

enum class Outcome : std::uint8_t {
    kCompleted,
    kRejected,   ///< turned away at once: queue full, no worker and no holding, or too large
    kTimedOut,   ///< waited longer than the pool's or the client's limit
    kAbandoned,  ///< the client lost patience while waiting
    kFailed,     ///< a start or a worker failed under it, or nothing could ever serve it
};

/// The end of one logical request, retries included, as its client sees it.
struct ClientAnswer {
    std::uint64_t origin;
    std::uint64_t session;
    std::uint32_t turn;
    ClassId class_id;
    Outcome outcome;
    SimTime at;
    std::uint32_t output_tokens;
};

/// Hands out arrivals one at a time, in non-decreasing time. At most one row is read ahead: memory does not
/// grow with the length of the traffic. Owned by the run; single-threaded.
class RequestSource {
public:
    virtual ~RequestSource() = default;

    /// The time of the next arrival as far as it is known now; empty: none is known (the end, or every client
    /// is waiting for an answer). Never before the last popped one.
    virtual std::optional<SimTime> next_time() = 0;

    /// Takes the arrival that next_time() announced and writes all of it. Requires: next_time() is not empty.
    /// Throws InputError when the input turns out to be broken.
    virtual void pop(Arrival& arrival) = 0;

    /// Whether answers matter to it: clients that react (sessions, closed loops). Constant over its life.
    virtual bool reacts() const { return false; }

    /// An answer reached its client at answer.at (the present); next_time() may move forward to it. Called
    /// only when reacts().
    virtual void answered(const ClientAnswer& answer) { static_cast<void>(answer); }
};

}  // namespace spillway
