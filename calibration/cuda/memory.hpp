#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "calibration/cuda/kernels/portable.hpp"

struct CUstream_st;

namespace spillway::cuda {

/// Memory of the current device, freed when it goes. All calls throw MeasureError when CUDA refuses.
class DeviceBuffer {
public:
    DeviceBuffer() = default;
    explicit DeviceBuffer(std::size_t bytes);
    ~DeviceBuffer();
    DeviceBuffer(DeviceBuffer&& other) noexcept;
    DeviceBuffer& operator=(DeviceBuffer&& other) noexcept;

    void* get() const noexcept { return pointer_; }
    std::size_t bytes() const noexcept { return bytes_; }
    /// The memory as values; `at` counts values.
    template <class Value>
    Value* values(std::size_t at = 0) const noexcept {
        return static_cast<Value*>(pointer_) + at;
    }

private:
    void* pointer_ = nullptr;
    std::size_t bytes_ = 0;
};

/// Host memory that the device reads directly.
class PinnedBuffer {
public:
    explicit PinnedBuffer(std::size_t bytes);
    ~PinnedBuffer();
    PinnedBuffer(PinnedBuffer&& other) noexcept;
    PinnedBuffer& operator=(PinnedBuffer&& other) noexcept;

    void* get() const noexcept { return pointer_; }
    std::size_t bytes() const noexcept { return bytes_; }

private:
    void* pointer_ = nullptr;
    std::size_t bytes_ = 0;
};

/// A device buffer of random bf16 values (kernels/random_values.hpp), filled by `stream`.
DeviceBuffer random_bf16_buffer(std::size_t count, std::uint64_t seed, CUstream_st* stream);

/// `count` values, widened, once all that the device was asked for is done.
std::vector<float> read_bf16(const DeviceBuffer& buffer, std::size_t at, std::size_t count);

}  // namespace spillway::cuda
