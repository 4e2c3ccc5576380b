#include <cuda_runtime.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/kernels/device_thread.cuh"
#include "calibration/cuda/kernels/kernel_list.cuh"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/kernels/random_values.hpp"

namespace spillway::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void empty_kernel() {}

__global__ void spin_kernel(long long nanoseconds) {
    long long begin = 0;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(begin));
    long long now = begin;
    while (now - begin < nanoseconds) asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
}

__global__ void read_kernel(const Chunk* from, std::size_t chunks) {
    for (std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x; i < chunks;
         i += static_cast<std::size_t>(gridDim.x) * kThreads) {
        // Volatile, or the compilers would leave out what nobody looks at.
        asm volatile(
            "{ .reg .u32 a, b, c, d; ld.volatile.global.v4.u32 {a, b, c, d}, [%0]; }" ::"l"(from + i));
    }
}

__global__ void copy_kernel(Chunk* to, const Chunk* from, std::size_t chunks) {
    for (std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x; i < chunks;
         i += static_cast<std::size_t>(gridDim.x) * kThreads)
        to[i] = from[i];
}

__global__ void fill_kernel(void* to, std::size_t count, ValueKind kind, std::uint64_t seed) {
    for (std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x; i < count;
         i += static_cast<std::size_t>(gridDim.x) * kThreads) {
        if (kind == ValueKind::kBf16)
            static_cast<Bf16*>(to)[i] = random_bf16(seed, i);
        else if (kind == ValueKind::kFp8)
            static_cast<std::uint8_t*>(to)[i] = fp8_bits(random_small(seed, i));
        else
            static_cast<std::int8_t*>(to)[i] = static_cast<std::int8_t>(random_small(seed, i));
    }
}

int blocks_for(std::size_t items) {
    constexpr std::size_t kMost = 4096;
    const std::size_t blocks = (items + kThreads - 1) / kThreads;
    return static_cast<int>(blocks < kMost ? blocks : kMost);
}

}  // namespace

const void* const kSimpleKernels[kSimpleKernelCount] = {
    reinterpret_cast<const void*>(empty_kernel), reinterpret_cast<const void*>(spin_kernel),
    reinterpret_cast<const void*>(read_kernel), reinterpret_cast<const void*>(copy_kernel),
    reinterpret_cast<const void*>(fill_kernel)};

void launch_empty(CUstream_st* stream) {
    empty_kernel<<<1, 1, 0, stream>>>();
    cuda_check(cudaGetLastError(), "launch of an empty kernel");
}

void launch_spin(std::int64_t nanoseconds, CUstream_st* stream) {
    spin_kernel<<<1, 1, 0, stream>>>(nanoseconds);
    cuda_check(cudaGetLastError(), "launch of the spin kernel");
}

void launch_read(const void* from, std::size_t bytes, int blocks, CUstream_st* stream) {
    read_kernel<<<blocks, kThreads, 0, stream>>>(static_cast<const Chunk*>(from), bytes / sizeof(Chunk));
    cuda_check(cudaGetLastError(), "launch of the reading kernel");
}

void launch_copy(void* to, const void* from, std::size_t bytes, int blocks, CUstream_st* stream) {
    copy_kernel<<<blocks, kThreads, 0, stream>>>(static_cast<Chunk*>(to), static_cast<const Chunk*>(from),
                                                 bytes / sizeof(Chunk));
    cuda_check(cudaGetLastError(), "launch of the copy kernel");
}

void launch_fill(void* to, std::size_t count, ValueKind kind, std::uint64_t seed, CUstream_st* stream) {
    fill_kernel<<<blocks_for(count), kThreads, 0, stream>>>(to, count, kind, seed);
    cuda_check(cudaGetLastError(), "launch of the fill kernel");
}

}  // namespace spillway::cuda
