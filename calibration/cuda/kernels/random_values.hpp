#pragma once

#include <cstddef>
#include <cstdint>

#include "calibration/cuda/kernels/portable.hpp"

namespace spillway::cuda {

// Operands are random, because zeros toggle fewer transistors and then run at a higher clock. Each value
// follows from its place alone, so that a reference on the host makes the few that it needs.

/// 24 bits that look random (splitmix64's finaliser; Steele, Lea and Flood, OOPSLA 2014).
SPILLWAY_EVERYWHERE inline std::uint32_t random_bits(std::uint64_t seed, std::uint64_t place) {
    std::uint64_t mixed = (place + 1) * 0x9e3779b97f4a7c15ULL + seed * 0xd1b54a32d192ed03ULL;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<std::uint32_t>((mixed ^ (mixed >> 31)) >> 40);
}

/// From -1 up to 1, evenly.
SPILLWAY_EVERYWHERE inline float random_value(std::uint64_t seed, std::uint64_t place) {
    return static_cast<float>(random_bits(seed, place)) / 8388608.0F - 1.0F;
}

SPILLWAY_EVERYWHERE inline Bf16 random_bf16(std::uint64_t seed, std::uint64_t place) {
    return narrow(random_value(seed, place));
}

/// One of -8 to 7, which an fp8 value (e4m3) holds exactly, as does an 8-bit integer.
SPILLWAY_EVERYWHERE inline int random_small(std::uint64_t seed, std::uint64_t place) {
    return static_cast<int>(random_bits(seed, place) & 15) - 8;
}

/// The bits of an fp8 value (e4m3: bias 7, 3 bits of mantissa). Requires: -8 to 8, whole.
SPILLWAY_EVERYWHERE inline std::uint8_t fp8_bits(int value) {
    const int size = value < 0 ? -value : value;
    int power = 0;
    while (size >> (power + 1) != 0) ++power;
    const int mantissa = (size - (1 << power)) << (3 - power);
    const int bits = size == 0 ? 0 : (power + 7) << 3 | mantissa;
    return static_cast<std::uint8_t>(value < 0 ? bits | 0x80 : bits);
}

}  // namespace spillway::cuda
