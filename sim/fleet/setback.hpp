#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace spillway {

/// What befalls a worker or a request before it is done. The first ones take a worker away.
enum class Setback : std::uint8_t {
    kInterrupted,       ///< its spot capacity was taken back
    kCrashed,           ///< the worker died alone
    kHostFault,         ///< its host died
    kOutage,            ///< its zone went down
    kDrainLimit,        ///< it drained for as long as it may
    kExecutionTimeout,  ///< the request was on a worker for as long as it may be
    kTimeToLive,        ///< the request was older than it may become
    kThrottled,         ///< the request was refused with 429
};
constexpr std::size_t kSetbacks = 8;

/// As reports call them.
constexpr std::array<std::string_view, kSetbacks> kSetbackNames{
    "interrupted", "crashed",           "host_fault",   "outage",
    "drain_limit", "execution_timeout", "time_to_live", "throttled"};

/// How often each happened.
template <class Count>
struct SetbackCounts {
    std::array<Count, kSetbacks> of{};
    Count& operator[](Setback setback) noexcept { return of[static_cast<std::size_t>(setback)]; }
    Count operator[](Setback setback) const noexcept { return of[static_cast<std::size_t>(setback)]; }
};

}  // namespace spillway
