#include <cuda_runtime.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/kernels/device_thread.cuh"
#include "calibration/cuda/kernels/kernel_list.cuh"
#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {
namespace {

constexpr std::size_t kShared = kWarp * sizeof(float);

__global__ void __launch_bounds__(kRowThreads) add_norm_kernel(AddNormArguments arguments) {
    DeviceThread thread;
    add_norm_block(thread, arguments);
}

__global__ void __launch_bounds__(kRowThreads) silu_mul_kernel(SiluArguments arguments) {
    DeviceThread thread;
    silu_mul_block(thread, arguments);
}

__global__ void __launch_bounds__(kRowThreads) softmax_kernel(SoftmaxArguments arguments) {
    DeviceThread thread;
    softmax_block(thread, arguments);
}

}  // namespace

const void* const kRowKernels[kRowKernelCount] = {reinterpret_cast<const void*>(add_norm_kernel),
                                                  reinterpret_cast<const void*>(silu_mul_kernel),
                                                  reinterpret_cast<const void*>(softmax_kernel)};

void launch_add_norm(const AddNormArguments& arguments, int tokens, CUstream_st* stream) {
    add_norm_kernel<<<tokens, kRowThreads, kShared, stream>>>(arguments);
    cuda_check(cudaGetLastError(), "launch of add_norm");
}

void launch_silu_mul(const SiluArguments& arguments, int blocks, CUstream_st* stream) {
    silu_mul_kernel<<<blocks, kRowThreads, 0, stream>>>(arguments);
    cuda_check(cudaGetLastError(), "launch of silu_mul");
}

void launch_softmax(const SoftmaxArguments& arguments, std::int64_t rows, CUstream_st* stream) {
    softmax_kernel<<<static_cast<unsigned>(rows), kRowThreads, kShared, stream>>>(arguments);
    cuda_check(cudaGetLastError(), "launch of the softmax");
}

}  // namespace spillway::cuda
