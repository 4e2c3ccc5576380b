#pragma once

#include "calibration/cuda/kernels/attention_tile.hpp"

namespace spillway::cuda {

/// New tokens of `batch` sequences attend to a prefix and, causally, to each other. Heads are outermost:
/// query and output [batch][heads][new][head_dim], keys and values [batch][kv_heads][prefix + new][head_dim].
struct PrefillArguments {
    const Bf16* query;
    const Bf16* keys;
    const Bf16* values;
    Bf16* output;
    int heads;
    int kv_heads;
    int prefix_tokens;
    int new_tokens;
};

inline constexpr int kPrefillRows = 16 * kAttentionWarps;  ///< query rows of one block

/// Writes rows of a warp's finished attention. `rows` counts those that exist.
template <int kHeadDim, int kKeys, class Thread>
SPILLWAY_DEVICE void write_rows(Thread& thread, const AttentionWarp<kHeadDim, kKeys>& warp, Bf16* to,
                                int rows) {
    const int column = 2 * (thread.lane() % 4);
    SPILLWAY_UNROLL
    for (int half = 0; half < 2; ++half) {
        const int row = thread.lane() / 4 + 8 * half;
        if (row >= rows)
            continue;
        const float share = 1 / warp.sum[half];
        SPILLWAY_UNROLL
        for (int group = 0; group < AttentionWarp<kHeadDim, kKeys>::kColumns; ++group) {
            const float* values = warp.output[group] + 2 * half;
            const int at = row * kHeadDim + group * 8 + column;
            *reinterpret_cast<std::uint32_t*>(to + at) = narrow_pair(values[0] * share, values[1] * share);
        }
    }
}

/// One block: kPrefillRows new tokens of one head of one sequence. Grid: (tiles of new tokens, heads, batch).
template <int kHeadDim, class Thread>
SPILLWAY_DEVICE void prefill_block(Thread& thread, const PrefillArguments& a) {
    // Later tokens see more: their blocks go first, so that no long block is left for the end.
    const int tile = thread.blocks_x() - 1 - thread.block_x();
    const long long head = static_cast<long long>(thread.block_z()) * a.heads + thread.block_y();
    const long long kv_head =
        static_cast<long long>(thread.block_z()) * a.kv_heads + thread.block_y() / (a.heads / a.kv_heads);
    const int first_row = tile * kPrefillRows + thread.warp() * 16;
    const long long rows_at = (head * a.new_tokens + first_row) * kHeadDim;
    const int context = a.prefix_tokens + a.new_tokens;
    const int last_row = tile * kPrefillRows + kPrefillRows;
    const int seen = last_row < a.new_tokens ? a.prefix_tokens + last_row : context;

    AttentionWarp<kHeadDim, kTileKeys> warp;
    warp.start(thread, a.query + rows_at, a.new_tokens - first_row);
    const KeyRange range{a.keys + kv_head * context * kHeadDim, a.values + kv_head * context * kHeadDim,
                         seen};
    for_each_tile<kHeadDim>(thread, range, [&](int first, const Bf16* keys, const Bf16* values) {
        const int row = a.prefix_tokens + first_row + thread.lane() / 4;
        const int limit = seen - first;
        const int visible[2] = {row + 1 - first < limit ? row + 1 - first : limit,
                                row + 9 - first < limit ? row + 9 - first : limit};
        warp.absorb(thread, keys, values, visible, score_scale(kHeadDim));
    });
    warp.finish(thread);
    write_rows<kHeadDim, kTileKeys>(thread, warp, a.output + rows_at, a.new_tokens - first_row);
}

}  // namespace spillway::cuda
