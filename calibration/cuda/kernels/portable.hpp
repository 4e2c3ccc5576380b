#pragma once

#include <cstdint>

// Kernels are templates over the thread that runs them, in headers without CUDA's: nvcc makes them kernels,
// and g++ makes them functions that tests run on the CPU, with threads of their own (tests/calibration/cuda).
#ifdef __CUDACC__
#define SPILLWAY_EVERYWHERE __host__ __device__
#define SPILLWAY_DEVICE __device__
#define SPILLWAY_UNROLL _Pragma("unroll")
#else
#define SPILLWAY_EVERYWHERE
#define SPILLWAY_DEVICE
#define SPILLWAY_UNROLL
#endif

namespace spillway::cuda {

/// Sixteen bits of a bfloat16, as they lie in memory.
struct Bf16 {
    std::uint16_t bits;
};

inline constexpr int kWarp = 32;

/// What one thread moves at a time: 16 bytes, or 8 values.
struct alignas(16) Chunk {
    std::uint32_t words[4];
};
inline constexpr int kChunkValues = 8;

union FloatBits {
    float value;
    std::uint32_t bits;
};

SPILLWAY_EVERYWHERE inline float widen_bits(std::uint32_t bits) {
    FloatBits word;
    word.bits = bits << 16;
    return word.value;
}
SPILLWAY_EVERYWHERE inline float widen(Bf16 value) { return widen_bits(value.bits); }

/// The nearest bfloat16, ties to even. Requires: `value` is finite.
SPILLWAY_EVERYWHERE inline Bf16 narrow(float value) {
    FloatBits word;
    word.value = value;
    const std::uint32_t rounded = word.bits + 0x7fff + ((word.bits >> 16) & 1);
    return {static_cast<std::uint16_t>(rounded >> 16)};
}

/// Two values in one word, the first in the lower half: as they lie in memory.
SPILLWAY_EVERYWHERE inline std::uint32_t narrow_pair(float first, float second) {
#ifdef __CUDA_ARCH__
    std::uint32_t pair;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
    return pair;
#else
    return narrow(first).bits | static_cast<std::uint32_t>(narrow(second).bits) << 16;
#endif
}

}  // namespace spillway::cuda
