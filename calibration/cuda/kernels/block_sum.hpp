#pragma once

#include "calibration/cuda/kernels/portable.hpp"

namespace spillway::cuda {

/// Threads of the kernels that work on rows, a block a row.
inline constexpr int kRowThreads = 256;

/// Combines the values of all threads of a block, with the same result in each of them. Every thread calls
/// it; it uses the first kWarp floats of the block's shared memory.
template <class Thread, class Combine>
SPILLWAY_DEVICE float combine_block(Thread& thread, float value, Combine&& combine) {
    for (int distance = kWarp / 2; distance > 0; distance /= 2)
        value = combine(value, thread.shuffle_xor(value, distance));
    float* of_warps = static_cast<float*>(thread.shared());
    thread.sync();  // what a call before this one left has been read
    if (thread.lane() == 0)
        of_warps[thread.warp()] = value;
    thread.sync();
    float all = of_warps[0];
    for (int warp = 1; warp < thread.count() / kWarp; ++warp) all = combine(all, of_warps[warp]);
    return all;
}

template <class Thread>
SPILLWAY_DEVICE float block_sum(Thread& thread, float value) {
    return combine_block(thread, value, [](float left, float right) { return left + right; });
}

template <class Thread>
SPILLWAY_DEVICE float block_highest(Thread& thread, float value) {
    return combine_block(thread, value, [](float left, float right) { return left > right ? left : right; });
}

}  // namespace spillway::cuda
