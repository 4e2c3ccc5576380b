#include <algorithm>
#include <cmath>
#include <vector>

#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/time_parts.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Rows of queries that are computed together, and keys that they see at a time. A processor computes single
/// rows.
double tile_of(Precision cache) { return cache == Precision::kFp32 ? 1 : 128; }
constexpr double kReferenceHead = 128;

/// Bytes of one token's keys and values.
double kv_token_bytes(Precision cache, const AttentionShape& shape) {
    return 2 * shape.kv_heads * shape.head_dim * weight_bytes(cache);
}

/// What chunks add up to, in one launch.
struct PrefillWork {
    double flops = 0;
    double cached_bytes = 0;  ///< keys and values of prefixes
    double fresh_bytes = 0;   ///< queries, keys, values and outputs of new tokens
    double new_tokens = 0;
    double longest_context = 0;
    double heads = 0;      ///< with tiles of their own, of all chunks
    double most_rows = 0;  ///< of one chunk in the tiles of one head
};

/// Libraries that keep the heads of a group apart pack them too where a single token is new.
bool packs(const PrefillForm& form, const PrefillChunk& chunk) {
    return form.packs_heads > 0 || chunk.new_tokens <= 1;
}

PrefillWork work_of(Precision cache, const PrefillForm& form, const AttentionShape& shape,
                    std::span<const PrefillChunk> chunks) {
    constexpr double kFlopsPerPair = 4;  // a multiply and an add, with the keys and with the values
    // Queries are read and outputs written, however the cache is held.
    const double query_bytes = 2 * activation_bytes(wide_precision(cache)) * shape.heads * shape.head_dim;
    const double kv_bytes = kv_token_bytes(cache, shape);
    const double tile = tile_of(cache);
    PrefillWork work;
    for (const PrefillChunk& chunk : chunks) {
        const double heads = packs(form, chunk) ? shape.kv_heads : shape.heads;
        const double rows = chunk.new_tokens * shape.heads / heads;
        const double tiles = heads * std::ceil(rows / tile);
        const double seen = chunk.prefix_tokens + (chunk.new_tokens + tile) / 2;
        work.flops += tiles * tile * kFlopsPerPair * shape.head_dim * seen;
        work.cached_bytes += chunk.prefix_tokens * kv_bytes;
        work.fresh_bytes += chunk.new_tokens * (query_bytes + kv_bytes);
        work.new_tokens += chunk.new_tokens;
        work.longest_context = std::max(work.longest_context, chunk.prefix_tokens + chunk.new_tokens);
        work.heads += heads;
        work.most_rows = std::max(work.most_rows, form.packs_heads > 0 ? rows : chunk.new_tokens);
    }
    return work;
}

/// Bytes that reach memory: nearly none of what the L2 holds, nearly all of what is many times as large.
double missed_bytes(double bytes, double held) { return bytes * (bytes / std::hypot(bytes, held)); }

/// As engines write caches: a block of up to 512 threads for each new token, a value each. A token whose keys
/// have more values takes hardly longer, one of fewer heads takes less.
double store_seconds(const PrefillForm& form, const AttentionShape& shape, double new_tokens) {
    constexpr double kMostThreads = 512;
    const double threads = std::min(shape.kv_heads * shape.head_dim, kMostThreads);
    return new_tokens * form.store_seconds_per_token * threads / kMostThreads;
}

}  // namespace

double prefill_attention_seconds(const DataSheet& sheet, Precision cache, const PrefillForm& form,
                                 const AttentionShape& shape, std::span<const PrefillChunk> chunks) {
    SPILLWAY_CHECK(!chunks.empty(), "prefill attention over nothing");
    const PrefillWork work = work_of(cache, form, shape, chunks);
    const double compute = work.flops / (sheet.flops_of(wide_precision(cache)) * form.compute_efficiency);
    const double bytes = work.cached_bytes + missed_bytes(work.fresh_bytes, form.l2_share * sheet.l2_bytes);
    const double memory = bytes / (sheet.memory_bandwidth * form.memory_efficiency);
    const double serial = work.longest_context * form.serial_seconds_per_token;
    const double launch = form.launch_seconds +
                          (work.most_rows > tile_of(cache) / 2 ? form.wide_tile_seconds : 0) +
                          form.seconds_per_head * work.heads;
    return launch + store_seconds(form, shape, work.new_tokens) +
           overlapped({compute, memory, serial}, form.overlap_exponent);
}

std::vector<DecodeLine> decode_attention_lines(const DataSheet& sheet, Precision cache,
                                               const DecodeForm& form, const AttentionShape& shape,
                                               double batch) {
    const double wide = shape.head_dim / kReferenceHead;
    const double sequences = batch * (form.seconds_per_sequence + shape.heads * wide * form.seconds_per_head +
                                      shape.kv_heads * wide * form.seconds_per_kv_head);
    const double stream_base = form.stream_launch_seconds + form.stream_sequence_share * sequences;
    const double read = kv_token_bytes(cache, shape) / (sheet.memory_bandwidth * form.memory_efficiency);
    const double compute =
        4 * shape.heads * shape.head_dim / (sheet.flops_of(wide_precision(cache)) * form.compute_efficiency);
    return {{form.launch_seconds + sequences, 0}, {stream_base, std::max(read, compute)}};
}

double decode_attention_seconds(std::span<const DecodeLine> lines, double kv_tokens) {
    double seconds = 0;
    for (const DecodeLine& line : lines) {
        seconds = std::max(seconds, line.base_seconds + line.seconds_per_kv_token * kv_tokens);
    }
    return seconds;
}

}  // namespace spillway
