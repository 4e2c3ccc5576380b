#pragma once

#include "calibration/cuda/kernels/attention_warp.hpp"

namespace spillway::cuda {

// What a block of attention shares: keys and values come in tiles, the next on its way while the present one
// is multiplied.

inline constexpr int kTileKeys = 64;
inline constexpr int kAttentionWarps = 4;
inline constexpr int kAttentionThreads = kAttentionWarps * kWarp;

template <int kHeadDim>
inline constexpr int kTileValues = kTileKeys* kTileStride<kHeadDim>;

/// Shared memory of a block: two stages of keys and values.
template <int kHeadDim>
inline constexpr int kAttentionShared = 4 * kTileValues<kHeadDim>* static_cast<int>(sizeof(Bf16));

/// Begins to copy `rows` rows into a tile; those that a tile has more are zeros, so that no product is NaN.
template <int kHeadDim, class Thread>
SPILLWAY_DEVICE void fetch_rows(Thread& thread, Bf16* tile, const Bf16* from, int rows) {
    constexpr int kChunks = kHeadDim / kChunkValues;
    for (int chunk = thread.index(); chunk < kTileKeys * kChunks; chunk += thread.count()) {
        const int row = chunk / kChunks;
        const int at = chunk % kChunks * kChunkValues;
        Bf16* to = tile + row * kTileStride<kHeadDim> + at;
        if (row < rows)
            thread.fetch(to, from + static_cast<long long>(row) * kHeadDim + at);
        else
            *reinterpret_cast<Chunk*>(to) = Chunk{{0, 0, 0, 0}};
    }
}

/// A range of one sequence's keys and values of one head.
struct KeyRange {
    const Bf16* keys;
    const Bf16* values;
    int count;
};

/// Goes through the range in tiles. `absorb(tile, keys, values)` gets the number of the tile's first key
/// within the range and where the tile lies; every thread of the block calls this.
template <int kHeadDim, class Thread, class Absorb>
SPILLWAY_DEVICE void for_each_tile(Thread& thread, const KeyRange& range, Absorb&& absorb) {
    Bf16* shared = static_cast<Bf16*>(thread.shared());
    const auto fetch_tile = [&](int first) {
        const int stage = first / kTileKeys % 2;
        Bf16* keys = shared + 2 * stage * kTileValues<kHeadDim>;
        const long long at = static_cast<long long>(first) * kHeadDim;
        fetch_rows<kHeadDim>(thread, keys, range.keys + at, range.count - first);
        fetch_rows<kHeadDim>(thread, keys + kTileValues<kHeadDim>, range.values + at, range.count - first);
    };
    fetch_tile(0);
    thread.end_fetches();
    for (int first = 0; first < range.count; first += kTileKeys) {
        if (first + kTileKeys < range.count)
            fetch_tile(first + kTileKeys);
        thread.end_fetches();  // an empty group too, so that the wait below is always for the one before
        thread.wait_for_all_but_last();
        thread.sync();
        const Bf16* keys = shared + 2 * (first / kTileKeys % 2) * kTileValues<kHeadDim>;
        absorb(first, keys, keys + kTileValues<kHeadDim>);
        thread.sync();  // before the stage is written again
    }
}

}  // namespace spillway::cuda
