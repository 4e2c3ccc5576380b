#pragma once

#include <cstddef>
#include <vector>

#include "calibration/cuda/kernels/portable.hpp"
#include "calibration/cuda/kernels/random_values.hpp"

namespace spillway::tests {

/// Values in memory that is aligned as a device's is.
class HostValues {
public:
    explicit HostValues(std::size_t count) : chunks_((count + 7) / 8) {}
    HostValues(std::size_t count, std::uint64_t seed) : HostValues(count) {
        for (std::size_t i = 0; i < count; ++i) data()[i] = cuda::random_bf16(seed, i);
    }

    cuda::Bf16* data() { return reinterpret_cast<cuda::Bf16*>(chunks_.data()); }
    /// `count` values from `at` on, widened.
    std::vector<float> values(std::size_t at, std::size_t count) {
        std::vector<float> wide;
        for (std::size_t i = at; i < at + count; ++i) wide.push_back(cuda::widen(data()[i]));
        return wide;
    }

private:
    std::vector<cuda::Chunk> chunks_;
};

}  // namespace spillway::tests
