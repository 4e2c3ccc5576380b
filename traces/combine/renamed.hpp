#pragma once

#include <cstdint>

namespace spillway {

/// Another 64-bit name for the same thing in another copy of the world. A bijection for each `copy`.
constexpr std::uint64_t renamed(std::uint64_t name, std::uint64_t copy) noexcept {
    std::uint64_t x = name ^ (copy * 0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;  // the finaliser of SplitMix64
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

}  // namespace spillway
