#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "app/why/story.hpp"
#include "sim/core/time.hpp"

namespace spillway {

/// Why a request took its time; finer than LatencyPart where the chain tells more.
enum class Cause : std::uint8_t {
    kLost,         ///< earlier attempts and work that came to nothing
    kGateway,      ///< the way in, and until a worker took it up
    kNoOrder,      ///< no start was ordered yet that it could wait for
    kColdStart,    ///< the start of the worker that delivered it: acquire, pull, container
    kLoad,         ///< runtime, weights, graphs, warm-up
    kBehind,       ///< others were served before it, on workers that were there
    kEngineQueue,  ///< inside the worker: batching window, engine queue
    kPrefill,
    kDecode,
    kPost,
};
constexpr int kCauses = 10;

using CauseTimes = std::array<Duration, kCauses>;

/// For people, and as keys of JSON.
std::string_view cause_name(Cause cause) noexcept;
std::string_view cause_key(Cause cause) noexcept;

/// The total of a request by cause; adds up to it exactly. Of a request of several stages the waits in queues
/// are not told apart: they are kBehind, with the ways in.
CauseTimes causes_of(const RequestStory& story);

}  // namespace spillway
