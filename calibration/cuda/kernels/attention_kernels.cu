#include <cuda_runtime.h>

#include "calibration/cuda/check.hpp"
#include "calibration/cuda/kernels/device_thread.cuh"
#include "calibration/cuda/kernels/kernel_list.cuh"
#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {
namespace {

template <int kHeadDim>
__global__ void __launch_bounds__(kAttentionThreads) prefill_kernel(PrefillArguments arguments) {
    DeviceThread thread;
    prefill_block<kHeadDim>(thread, arguments);
}

template <int kHeadDim>
__global__ void __launch_bounds__(kAttentionThreads) decode_kernel(DecodeArguments arguments) {
    DeviceThread thread;
    decode_block<kHeadDim>(thread, arguments);
}

template <int kHeadDim>
__global__ void __launch_bounds__(kHeadDim) merge_splits_kernel(DecodeArguments arguments) {
    DeviceThread thread;
    merge_splits_block<kHeadDim>(thread, arguments);
}

/// More than 48 KiB of shared memory has to be asked for, on each device.
template <class Kernel>
void allow_shared(Kernel* kernel, int bytes) {
    cuda_check(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                    cudaFuncAttributeMaxDynamicSharedMemorySize, bytes),
               "cudaFuncSetAttribute");
}

dim3 grid_of(int x, int y, int z) {
    return {static_cast<unsigned>(x), static_cast<unsigned>(y), static_cast<unsigned>(z)};
}

template <int kHeadDim>
void launch_prefill_of(const PrefillArguments& a, int batch, CUstream_st* stream) {
    allow_shared(prefill_kernel<kHeadDim>, kAttentionShared<kHeadDim>);
    const dim3 grid = grid_of((a.new_tokens + kPrefillRows - 1) / kPrefillRows, a.heads, batch);
    prefill_kernel<kHeadDim><<<grid, kAttentionThreads, kAttentionShared<kHeadDim>, stream>>>(a);
    cuda_check(cudaGetLastError(), "launch of prefill attention");
}

template <int kHeadDim>
void launch_decode_of(const DecodeArguments& a, int batch, CUstream_st* stream) {
    allow_shared(decode_kernel<kHeadDim>, kAttentionShared<kHeadDim>);
    const dim3 grid = grid_of(a.splits, a.kv_heads, batch);
    decode_kernel<kHeadDim><<<grid, kAttentionThreads, kAttentionShared<kHeadDim>, stream>>>(a);
    cuda_check(cudaGetLastError(), "launch of decode attention");
    if (a.splits == 1)
        return;
    merge_splits_kernel<kHeadDim><<<grid_of(a.group, a.kv_heads, batch), kHeadDim, 0, stream>>>(a);
    cuda_check(cudaGetLastError(), "launch of the merge of splits");
}

}  // namespace

const void* const kAttentionKernels[kAttentionKernelCount] = {
    reinterpret_cast<const void*>(prefill_kernel<64>),
    reinterpret_cast<const void*>(prefill_kernel<128>),
    reinterpret_cast<const void*>(decode_kernel<64>),
    reinterpret_cast<const void*>(decode_kernel<128>),
    reinterpret_cast<const void*>(merge_splits_kernel<64>),
    reinterpret_cast<const void*>(merge_splits_kernel<128>)};

void launch_prefill(const PrefillArguments& arguments, int head_dim, int batch, CUstream_st* stream) {
    head_dim == 64 ? launch_prefill_of<64>(arguments, batch, stream)
                   : launch_prefill_of<128>(arguments, batch, stream);
}

void launch_decode(const DecodeArguments& arguments, int head_dim, int batch, CUstream_st* stream) {
    head_dim == 64 ? launch_decode_of<64>(arguments, batch, stream)
                   : launch_decode_of<128>(arguments, batch, stream);
}

int load_every_kernel() {
    cudaFuncAttributes attributes{};
    for (const void* kernel : kSimpleKernels)
        cuda_check(cudaFuncGetAttributes(&attributes, kernel), "cudaFuncGetAttributes");
    for (const void* kernel : kRowKernels)
        cuda_check(cudaFuncGetAttributes(&attributes, kernel), "cudaFuncGetAttributes");
    for (const void* kernel : kAttentionKernels)
        cuda_check(cudaFuncGetAttributes(&attributes, kernel), "cudaFuncGetAttributes");
    return kSimpleKernelCount + kRowKernelCount + kAttentionKernelCount;
}

}  // namespace spillway::cuda
