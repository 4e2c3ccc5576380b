#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace spillway {

/// What waits for what: phases of a start, stages of a request.
struct DependencyOrder {
    std::vector<std::uint32_t> order;  ///< every number once, each after those that it waits for
    std::vector<std::uint32_t> cycle;  ///< first met, its first number again at the end; empty: there is none
};

/// Orders the numbers from 0 on. `before[n]` are those that wait for n. With a cycle, the order is none.
DependencyOrder order_dependencies(std::span<const std::vector<std::uint32_t>> before);

}  // namespace spillway
