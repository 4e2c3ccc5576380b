#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

// What the sources share that wait for answers.

/// A client that will send at `at`; clients that are ready together send in the order of their numbers.
struct ReadyClient {
    SimTime at;
    std::uint32_t who;
    bool operator>(const ReadyClient& other) const noexcept {
        return std::tie(at, who) > std::tie(other.at, other.who);
    }
};
using ReadyQueue = std::priority_queue<ReadyClient, std::vector<ReadyClient>, std::greater<>>;

/// Whether entity_id() made `origin` for that leaf.
constexpr bool belongs_to(std::uint64_t origin, std::uint64_t leaf) noexcept { return origin >> 48 == leaf; }

/// The number that entity_id() put into `origin`.
constexpr std::uint64_t number_of(std::uint64_t origin) noexcept {
    return origin & ((std::uint64_t{1} << 48) - 1);
}

}  // namespace spillway
