#pragma once

#include "calibration/cuda/kernels/prefill_attention.hpp"

namespace spillway::cuda {

/// One new token of each sequence attends to its cache. The query heads that share a key head are the rows of
/// one product; long caches are split over several blocks, and a second kernel merges what they found.
/// query and output [batch][kv_heads][group][head_dim], keys and values [batch][kv_heads][context][head_dim].
struct DecodeArguments {
    const Bf16* query;
    const Bf16* keys;
    const Bf16* values;
    Bf16* output;
    float* partial;  ///< [batch][kv_heads][splits][group][head_dim + 2]: output, highest, sum
    int kv_heads;
    int group;  ///< query heads of one key head, at most kMostGroup
    int context;
    int split_keys;  ///< of all splits but the last; a multiple of kTileKeys
    int splits;
};

inline constexpr int kMostGroup = 16;
inline constexpr int kDecodeKeys = kTileKeys / kAttentionWarps;  ///< of each tile, for one warp

/// What the warps of a block found, so that they can be merged: in the tiles' memory, once those are done.
template <int kHeadDim>
inline constexpr int kFoundStride = kHeadDim + 2;

template <int kHeadDim, class Thread>
SPILLWAY_DEVICE void put_found(Thread& thread, const AttentionWarp<kHeadDim, kDecodeKeys>& warp, float* found,
                               int group) {
    const int lane = thread.lane();
    SPILLWAY_UNROLL
    for (int half = 0; half < 2; ++half) {
        const int row = lane / 4 + 8 * half;
        if (row >= group)
            continue;
        float* to = found + (thread.warp() * group + row) * kFoundStride<kHeadDim>;
        SPILLWAY_UNROLL
        for (int columns = 0; columns < AttentionWarp<kHeadDim, kDecodeKeys>::kColumns; ++columns) {
            to[columns * 8 + 2 * (lane % 4)] = warp.output[columns][2 * half];
            to[columns * 8 + 2 * (lane % 4) + 1] = warp.output[columns][2 * half + 1];
        }
        to[kHeadDim] = warp.highest[half];
        to[kHeadDim + 1] = warp.sum[half];
    }
}

/// One value of the merge of `count` parts that lie `stride` floats apart, each an output, its highest score
/// and its sum: the parts count by how their highest scores compare.
struct Merged {
    float value;
    float highest;
    float sum;
};

template <int kHeadDim, class Thread>
SPILLWAY_DEVICE Merged merge_parts(Thread& thread, const float* parts, int count, long long stride,
                                   int column) {
    Merged merged{0, kLowest, 0};
    for (int part = 0; part < count; ++part) {
        const float highest = parts[part * stride + kHeadDim];
        merged.highest = highest > merged.highest ? highest : merged.highest;
    }
    for (int part = 0; part < count; ++part) {
        const float* from = parts + part * stride;
        const float share = thread.power_of_two(from[kHeadDim] - merged.highest);
        merged.value += share * from[column];
        merged.sum += share * from[kHeadDim + 1];
    }
    return merged;
}

/// One block: one split of one key head's cache. Grid: (splits, kv_heads, batch).
template <int kHeadDim, class Thread>
SPILLWAY_DEVICE void decode_block(Thread& thread, const DecodeArguments& a) {
    const long long head = static_cast<long long>(thread.block_z()) * a.kv_heads + thread.block_y();
    const int first_key = thread.block_x() * a.split_keys;
    const int left = a.context - first_key;
    const long long keys_at = (head * a.context + first_key) * kHeadDim;
    const KeyRange range{a.keys + keys_at, a.values + keys_at, left < a.split_keys ? left : a.split_keys};

    AttentionWarp<kHeadDim, kDecodeKeys> warp;
    warp.start(thread, a.query + head * a.group * kHeadDim, a.group);
    const int offset = thread.warp() * kDecodeKeys;
    for_each_tile<kHeadDim>(thread, range, [&](int first, const Bf16* keys, const Bf16* values) {
        const int seen = range.count - first - offset;
        const int visible[2] = {seen, seen};
        warp.absorb(thread, keys + offset * kTileStride<kHeadDim>, values + offset * kTileStride<kHeadDim>,
                    visible, score_scale(kHeadDim));
    });
    warp.finish(thread);
    float* found = static_cast<float*>(thread.shared());
    put_found<kHeadDim>(thread, warp, found, a.group);
    thread.sync();

    const long long stride = static_cast<long long>(a.group) * kFoundStride<kHeadDim>;
    for (int at = thread.index(); at < a.group * kHeadDim; at += thread.count()) {
        const int row = at / kHeadDim;
        const int column = at % kHeadDim;
        const Merged merged = merge_parts<kHeadDim>(thread, found + row * kFoundStride<kHeadDim>,
                                                    kAttentionWarps, stride, column);
        if (a.splits == 1) {
            a.output[head * a.group * kHeadDim + at] = narrow(merged.value / merged.sum);
            continue;
        }
        float* to = a.partial + (head * a.splits + thread.block_x()) * stride + row * kFoundStride<kHeadDim>;
        to[column] = merged.value;
        to[kHeadDim] = merged.highest;
        to[kHeadDim + 1] = merged.sum;
    }
}

/// One block: one query head of one sequence, a thread a column. Grid: (group, kv_heads, batch).
template <int kHeadDim, class Thread>
SPILLWAY_DEVICE void merge_splits_block(Thread& thread, const DecodeArguments& a) {
    const long long head = static_cast<long long>(thread.block_z()) * a.kv_heads + thread.block_y();
    const int row = thread.block_x();
    const long long stride = static_cast<long long>(a.group) * kFoundStride<kHeadDim>;
    const float* parts = a.partial + head * a.splits * stride + row * kFoundStride<kHeadDim>;
    const Merged merged = merge_parts<kHeadDim>(thread, parts, a.splits, stride, thread.index());
    a.output[(head * a.group + row) * kHeadDim + thread.index()] = narrow(merged.value / merged.sum);
}

}  // namespace spillway::cuda
