// The launches of kernels/launch.hpp, run on the CPU: the very kernels where they are more than a copy.
#include <cstring>

#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/kernels/random_values.hpp"
#include "tests/calibration/cuda/fake_runtime.hpp"
#include "tests/calibration/cuda/host_thread.hpp"

namespace spillway::cuda {
namespace {

using tests::enqueue_fake;
using tests::HostThread;
using tests::run_grid;

// On the fake device's clock: copies are short, and run in graphs; kernels that the CPU works hard for are
// not.
constexpr std::chrono::microseconds kBrief{2};
constexpr std::chrono::microseconds kLong{50};
constexpr std::size_t kRowShared = kWarp * sizeof(float);

template <int kHeadDim>
void run_prefill(const PrefillArguments& a, int batch) {
    run_grid({(a.new_tokens + kPrefillRows - 1) / kPrefillRows, a.heads, batch}, kAttentionThreads,
             kAttentionShared<kHeadDim>, [&](HostThread& thread) { prefill_block<kHeadDim>(thread, a); });
}

template <int kHeadDim>
void run_decode(const DecodeArguments& a, int batch) {
    run_grid({a.splits, a.kv_heads, batch}, kAttentionThreads, kAttentionShared<kHeadDim>,
             [&](HostThread& thread) { decode_block<kHeadDim>(thread, a); });
    if (a.splits > 1) {
        run_grid({a.group, a.kv_heads, batch}, kHeadDim, 0,
                 [&](HostThread& thread) { merge_splits_block<kHeadDim>(thread, a); });
    }
}

void fill(void* to, std::size_t count, ValueKind kind, std::uint64_t seed) {
    for (std::size_t i = 0; i < count; ++i) {
        if (kind == ValueKind::kBf16)
            static_cast<Bf16*>(to)[i] = random_bf16(seed, i);
        else if (kind == ValueKind::kFp8)
            static_cast<std::uint8_t*>(to)[i] = fp8_bits(random_small(seed, i));
        else
            static_cast<std::int8_t*>(to)[i] = static_cast<std::int8_t>(random_small(seed, i));
    }
}

}  // namespace

void launch_empty(CUstream_st* stream) {
    enqueue_fake(stream, kBrief, [] {});
}
void launch_spin(std::int64_t /*nanoseconds*/, CUstream_st* /*stream*/) {}
void launch_read(const void* /*from*/, std::size_t /*bytes*/, int /*blocks*/, CUstream_st* /*stream*/) {}

void launch_copy(void* to, const void* from, std::size_t bytes, int /*blocks*/, CUstream_st* stream) {
    enqueue_fake(stream, kBrief, [=] { std::memcpy(to, from, bytes); });
}
void launch_fill(void* to, std::size_t count, ValueKind kind, std::uint64_t seed, CUstream_st* stream) {
    enqueue_fake(stream, kBrief, [=] { fill(to, count, kind, seed); });
}
void launch_add_norm(const AddNormArguments& a, int tokens, CUstream_st* stream) {
    enqueue_fake(stream, kLong, [=] {
        run_grid({tokens, 1, 1}, kRowThreads, kRowShared,
                 [&](HostThread& thread) { add_norm_block(thread, a); });
    });
}
void launch_silu_mul(const SiluArguments& a, int blocks, CUstream_st* stream) {
    enqueue_fake(stream, kLong, [=] {
        run_grid({blocks, 1, 1}, kRowThreads, 0, [&](HostThread& thread) { silu_mul_block(thread, a); });
    });
}
void launch_softmax(const SoftmaxArguments& a, std::int64_t rows, CUstream_st* stream) {
    enqueue_fake(stream, kLong, [=] {
        run_grid({static_cast<int>(rows), 1, 1}, kRowThreads, kRowShared,
                 [&](HostThread& thread) { softmax_block(thread, a); });
    });
}
void launch_prefill(const PrefillArguments& a, int head_dim, int batch, CUstream_st* stream) {
    enqueue_fake(stream, kLong,
                 [=] { head_dim == 64 ? run_prefill<64>(a, batch) : run_prefill<128>(a, batch); });
}
void launch_decode(const DecodeArguments& a, int head_dim, int batch, CUstream_st* stream) {
    enqueue_fake(stream, kLong,
                 [=] { head_dim == 64 ? run_decode<64>(a, batch) : run_decode<128>(a, batch); });
}

}  // namespace spillway::cuda
