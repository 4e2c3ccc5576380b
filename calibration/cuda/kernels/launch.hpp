#pragma once

#include <cstddef>
#include <cstdint>

#include "calibration/cuda/kernels/decode_attention.hpp"
#include "calibration/cuda/kernels/elementwise.hpp"
#include "calibration/cuda/kernels/prefill_attention.hpp"
#include "calibration/cuda/kernels/softmax.hpp"

struct CUstream_st;  // what cudaStream_t points to

namespace spillway::cuda {

// Each function enqueues one kernel (decode attention: one or two). All throw MeasureError when the launch is
// refused. Pointers are the device's; `blocks` is how many keep the device busy.

void launch_empty(CUstream_st* stream);
/// Keeps the stream busy for about so long, so that the host can enqueue what follows before it begins.
void launch_spin(std::int64_t nanoseconds, CUstream_st* stream);
/// Reads `bytes` and keeps nothing, so that caches hold them and nothing else. A write would leave lines that
/// what is measured next has to evict to memory at its own cost.
void launch_read(const void* from, std::size_t bytes, int blocks, CUstream_st* stream);
/// Requires: a multiple of 16 bytes.
void launch_copy(void* to, const void* from, std::size_t bytes, int blocks, CUstream_st* stream);

enum class ValueKind : std::uint8_t { kBf16, kFp8, kInt8 };
/// Fills with the random values of kernels/random_values.hpp: bf16 any, fp8 and int8 small whole numbers.
void launch_fill(void* to, std::size_t count, ValueKind kind, std::uint64_t seed, CUstream_st* stream);

void launch_add_norm(const AddNormArguments& arguments, int tokens, CUstream_st* stream);
void launch_silu_mul(const SiluArguments& arguments, int blocks, CUstream_st* stream);
void launch_softmax(const SoftmaxArguments& arguments, std::int64_t rows, CUstream_st* stream);
/// `head_dim` is 64 or 128.
void launch_prefill(const PrefillArguments& arguments, int head_dim, int batch, CUstream_st* stream);
void launch_decode(const DecodeArguments& arguments, int head_dim, int batch, CUstream_st* stream);

/// Asks for the attributes of each kernel of ours, which loads those that are loaded lazily; how many there
/// are.
int load_every_kernel();

}  // namespace spillway::cuda
