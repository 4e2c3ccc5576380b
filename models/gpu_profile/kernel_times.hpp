#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "models/gpu_profile/gpu_profile.hpp"

namespace spillway {

// What kernels take, in seconds. Pure functions: the fit and the simulator share them. Each is non-decreasing
// in every size, in 1/bandwidth and in 1/FLOPs. Those that take a profile CHECK that it has the section
// (has_gemm and so on); the caller decides what to do without.

/// [m x k] x [k x n]: t0 + (compute^p + memory^p)^(1/p) + quantising the activations.
/// Compute counts tiles of 128 x 128, or of 64, 32 or 16 rows where that is cheaper, in waves over the
/// multiprocessors.
double gemm_seconds(const DataSheet& sheet, Precision weights, const GemmForm& form, double m, double n,
                    double k);
double gemm_seconds(const GpuProfile& profile, Precision weights, double m, double n, double k);

/// Heads of one layer on one GPU, after tensor parallelism.
struct AttentionShape {
    double heads = 0;
    double kv_heads = 0;
    double head_dim = 0;
};

/// New tokens of one sequence, and those before them whose keys and values are cached.
struct PrefillChunk {
    double prefix_tokens = 0;
    double new_tokens = 0;
};

/// One launch over all chunks. Causal: a new token sees the prefix, those before it and itself.
double prefill_attention_seconds(const DataSheet& sheet, Precision cache, const PrefillForm& form,
                                 const AttentionShape& shape, std::span<const PrefillChunk> chunks);
double prefill_attention_seconds(const GpuProfile& profile, Precision cache, const AttentionShape& shape,
                                 std::span<const PrefillChunk> chunks);
/// Of one sequence.
double prefill_attention_seconds(const GpuProfile& profile, Precision cache, const AttentionShape& shape,
                                 PrefillChunk chunk);

/// base + slope x (tokens in the caches of the whole batch).
struct DecodeLine {
    double base_seconds = 0;
    double seconds_per_kv_token = 0;
};

/// Attention of a decode step of `batch` sequences is the maximum of these lines (at most four) at the
/// batch's total of cached tokens: it depends on the batch through these two numbers alone. No line falls
/// with the total or with the batch.
std::vector<DecodeLine> decode_attention_lines(const DataSheet& sheet, Precision cache,
                                               const DecodeForm& form, const AttentionShape& shape,
                                               double batch);
std::vector<DecodeLine> decode_attention_lines(const GpuProfile& profile, Precision cache,
                                               const AttentionShape& shape, double batch);

/// The maximum of the lines at a total of cached tokens.
double decode_attention_seconds(std::span<const DecodeLine> lines, double kv_tokens);

/// Sum over `gpus` of a message of `bytes` on each. 0 for one GPU. Below the table's first size as there,
/// beyond its last in proportion to the bytes.
double all_reduce_seconds(const AllReduceTable& table, double bytes);
double all_reduce_seconds(const GpuProfile& profile, int gpus, double bytes);

/// `kernels` launches that read and write `bytes` in all.
double elementwise_seconds(const DataSheet& sheet, const ElementwiseForm& form, double bytes, double kernels);
double elementwise_seconds(const GpuProfile& profile, double bytes, double kernels);

/// Null when the profile has no time of that name.
const TimeLine* find_time(const GpuProfile& profile, std::string_view name) noexcept;
/// Seconds of so many bytes or nodes.
double line_seconds(const TimeLine& line, double count) noexcept;

}  // namespace spillway
