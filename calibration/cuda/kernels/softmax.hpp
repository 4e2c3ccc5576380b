#pragma once

#include "calibration/cuda/kernels/attention_warp.hpp"
#include "calibration/cuda/kernels/block_sum.hpp"

namespace spillway::cuda {

/// The softmax between the two products of composed attention, in place: scores become weights. Rows are the
/// query rows of all heads of a group, so that row r is new token r modulo new_tokens.
struct SoftmaxArguments {
    Bf16* scores;          ///< [rows][row_stride]
    long long row_stride;  ///< prefix + new tokens, rounded up to 8; what lies behind the last is zeroed
    int prefix_tokens;
    int new_tokens;
    float scale;  ///< of scores, with log2 e in it
};

/// One block: one row. Grid: (rows).
template <class Thread>
SPILLWAY_DEVICE void softmax_block(Thread& thread, const SoftmaxArguments& a) {
    Bf16* row = a.scores + thread.block_x() * a.row_stride;
    const int visible = a.prefix_tokens + thread.block_x() % a.new_tokens + 1;
    float highest = kLowest;
    for (int i = thread.index(); i < visible; i += thread.count()) {
        const float score = widen(row[i]) * a.scale;
        highest = score > highest ? score : highest;
    }
    highest = block_highest(thread, highest);
    float sum = 0;
    for (int i = thread.index(); i < visible; i += thread.count())
        sum += thread.power_of_two(widen(row[i]) * a.scale - highest);
    const float share = 1 / block_sum(thread, sum);
    for (int i = thread.index(); i < a.row_stride; i += thread.count())
        row[i] =
            i < visible ? narrow(thread.power_of_two(widen(row[i]) * a.scale - highest) * share) : Bf16{0};
}

}  // namespace spillway::cuda
