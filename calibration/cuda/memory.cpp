#include "calibration/cuda/memory.hpp"

#include <utility>

#include <cuda_runtime_api.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {

DeviceBuffer::DeviceBuffer(std::size_t bytes) : bytes_(bytes) {
    cuda_check(cudaMalloc(&pointer_, bytes), "cudaMalloc");
}

DeviceBuffer::~DeviceBuffer() { static_cast<void>(cudaFree(pointer_)); }

DeviceBuffer::DeviceBuffer(DeviceBuffer&& other) noexcept
    : pointer_(std::exchange(other.pointer_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

DeviceBuffer& DeviceBuffer::operator=(DeviceBuffer&& other) noexcept {
    std::swap(pointer_, other.pointer_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

PinnedBuffer::PinnedBuffer(std::size_t bytes) : bytes_(bytes) {
    cuda_check(cudaHostAlloc(&pointer_, bytes, cudaHostAllocDefault), "cudaHostAlloc");
}

PinnedBuffer::~PinnedBuffer() {
    if (pointer_ != nullptr)
        static_cast<void>(cudaFreeHost(pointer_));
}

PinnedBuffer::PinnedBuffer(PinnedBuffer&& other) noexcept
    : pointer_(std::exchange(other.pointer_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

PinnedBuffer& PinnedBuffer::operator=(PinnedBuffer&& other) noexcept {
    std::swap(pointer_, other.pointer_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

DeviceBuffer random_bf16_buffer(std::size_t count, std::uint64_t seed, CUstream_st* stream) {
    DeviceBuffer buffer(count * sizeof(Bf16));
    launch_fill(buffer.get(), count, ValueKind::kBf16, seed, stream);
    return buffer;
}

std::vector<float> read_bf16(const DeviceBuffer& buffer, std::size_t at, std::size_t count) {
    cuda_check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    std::vector<Bf16> narrow_values(count);
    cuda_check(cudaMemcpy(narrow_values.data(), buffer.values<Bf16>(at), count * sizeof(Bf16),
                          cudaMemcpyDeviceToHost),
               "cudaMemcpy");
    std::vector<float> values;
    values.reserve(count);
    for (const Bf16 value : narrow_values) values.push_back(widen(value));
    return values;
}

}  // namespace spillway::cuda
