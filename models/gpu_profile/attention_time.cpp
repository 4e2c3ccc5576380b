#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "models/gpu_profile/kernel_times.hpp"
#include "models/gpu_profile/time_parts.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr double kTileRows = 64;     // query rows of a tile; the heads that share keys are packed into it
constexpr double kTileTokens = 128;  // keys that a tile sees at a time
constexpr double kQueryBytes = 2;    // queries are read and outputs written in bf16
constexpr double kReferenceHead = 128;

/// Bytes of one token's keys and values.
double kv_token_bytes(Precision cache, const AttentionShape& shape) {
    return 2 * shape.kv_heads * shape.head_dim * weight_bytes(cache);
}

/// Tiles alike: those of one chunk.
struct Tiles {
    double count = 0;
    double flops = 0;  ///< of one
};

/// What chunks add up to, in one launch.
struct PrefillWork {
    std::vector<Tiles> tiles;
    double bytes = 0;
    double longest_context = 0;
};

PrefillWork work_of(Precision cache, const PrefillForm& form, const AttentionShape& shape,
                    std::span<const PrefillChunk> chunks) {
    constexpr double kFlopsPerPair = 4;  // a multiply and an add, with the keys and with the values
    PrefillWork work;
    for (const PrefillChunk& chunk : chunks) {
        const double rows = chunk.new_tokens * shape.heads / shape.kv_heads;
        const double seen =
            chunk.prefix_tokens + (chunk.new_tokens + kTileTokens) / 2 + form.tile_fill_tokens;
        work.tiles.push_back({shape.kv_heads * std::ceil(rows / kTileRows),
                              kTileRows * kFlopsPerPair * shape.head_dim * seen});
        work.bytes += 2 * kQueryBytes * chunk.new_tokens * shape.heads * shape.head_dim +
                      (chunk.prefix_tokens + chunk.new_tokens) * kv_token_bytes(cache, shape);
        work.longest_context = std::max(work.longest_context, chunk.prefix_tokens + chunk.new_tokens);
    }
    return work;
}

/// Operations that the multiprocessors spend on tiles, longest first: between their sum (weight 0) and whole
/// waves that each last as long as their longest tile (weight 1).
double spent_flops(std::vector<Tiles> tiles, double multiprocessors, double wave_weight) {
    std::stable_sort(tiles.begin(), tiles.end(),
                     [](const Tiles& left, const Tiles& right) { return left.flops > right.flops; });
    double begun = 0;
    double sum = 0;
    double waves = 0;
    for (const Tiles& same : tiles) {
        const double waves_before = std::ceil(begun / multiprocessors);
        begun += same.count;
        sum += same.count * same.flops;
        waves += (std::ceil(begun / multiprocessors) - waves_before) * multiprocessors * same.flops;
    }
    return sum * std::pow(waves / sum, wave_weight);
}

}  // namespace

double prefill_attention_seconds(const DataSheet& sheet, Precision cache, const PrefillForm& form,
                                 const AttentionShape& shape, std::span<const PrefillChunk> chunks) {
    SPILLWAY_CHECK(!chunks.empty(), "prefill attention over nothing");
    PrefillWork work = work_of(cache, form, shape, chunks);
    const double flops = spent_flops(std::move(work.tiles), sheet.multiprocessors, form.wave_weight);
    const double compute = flops / (sheet.flops_of(Precision::kBf16) * form.compute_efficiency);
    const double memory = work.bytes / (sheet.memory_bandwidth * form.memory_efficiency);
    const double serial = work.longest_context * form.serial_seconds_per_token;
    return form.launch_seconds +
           form.seconds_per_kv_head * shape.kv_heads * static_cast<double>(chunks.size()) +
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
        4 * shape.heads * shape.head_dim / (sheet.flops_of(Precision::kBf16) * form.compute_efficiency);
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
