#pragma once

#include "calibration/cuda/kernels/portable.hpp"

namespace spillway::cuda {

/// The thread that runs a kernel on the device. Its twin on the CPU is
/// tests/calibration/cuda/host_thread.hpp.
class DeviceThread {
public:
    __device__ int index() const { return static_cast<int>(threadIdx.x); }
    __device__ int count() const { return static_cast<int>(blockDim.x); }
    __device__ int lane() const { return static_cast<int>(threadIdx.x) % kWarp; }
    __device__ int warp() const { return static_cast<int>(threadIdx.x) / kWarp; }
    __device__ int block_x() const { return static_cast<int>(blockIdx.x); }
    __device__ int block_y() const { return static_cast<int>(blockIdx.y); }
    __device__ int block_z() const { return static_cast<int>(blockIdx.z); }
    __device__ int blocks_x() const { return static_cast<int>(gridDim.x); }
    __device__ void* shared() const {
        extern __shared__ Chunk memory[];
        return memory;
    }

    __device__ void sync() const { __syncthreads(); }
    __device__ float shuffle_xor(float value, int distance) const {
        return __shfl_xor_sync(0xffffffffU, value, distance);
    }
    __device__ float power_of_two(float power) const { return exp2f(power); }
    __device__ float inverse_root(float value) const { return rsqrtf(value); }

    /// Begins to copy 16 bytes from global to shared memory (cp.async, sm_80 and later).
    __device__ void fetch(void* shared_to, const void* from) const {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(address(shared_to)), "l"(from)
                     : "memory");
    }
    __device__ void end_fetches() const { asm volatile("cp.async.commit_group;" ::: "memory"); }
    __device__ void wait_for_all_but_last() const { asm volatile("cp.async.wait_group 1;" ::: "memory"); }

    /// Four 8 x 8 matrices of bfloat16; lane i gives where row i % 8 of matrix i / 8 is. Of each matrix, a
    /// lane gets of row lane / 4 the values 2 (lane % 4) and the next.
    __device__ void load_matrices(const Bf16* row, std::uint32_t (&parts)[4]) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(parts[0]), "=r"(parts[1]), "=r"(parts[2]), "=r"(parts[3])
                     : "r"(address(row))
                     : "memory");
    }
    /// The same of the transposed matrices.
    __device__ void load_matrices_transposed(const Bf16* row, std::uint32_t (&parts)[4]) const {
        asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                     : "=r"(parts[0]), "=r"(parts[1]), "=r"(parts[2]), "=r"(parts[3])
                     : "r"(address(row))
                     : "memory");
    }
    /// Adds the product of a 16 x 16 and a 16 x 8 matrix, in the layouts of the PTX manual for mma.m16n8k16.
    __device__ void multiply(float (&sum)[4], const std::uint32_t (&left)[4], std::uint32_t right_low,
                             std::uint32_t right_high) const {
        asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, "
            "%9}, "
            "{%0, %1, %2, %3};"
            : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
            : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right_low), "r"(right_high));
    }

private:
    __device__ static std::uint32_t address(const void* shared) {
        return static_cast<std::uint32_t>(__cvta_generic_to_shared(shared));
    }
};

}  // namespace spillway::cuda
