#pragma once

#include "calibration/cuda/kernels/portable.hpp"

namespace spillway::cuda {

/// Rows of a tile lie this far apart in shared memory. The extra chunk puts the rows that a warp reads at
/// once into different banks.
template <int kHeadDim>
inline constexpr int kTileStride = kHeadDim + kChunkValues;

/// Natural exponents as powers of two: one instruction on the device.
inline constexpr float kLog2E = 1.4426950408889634F;
inline constexpr float kLowest = -3.0e38F;  // of a score that nobody may see; infinities would give NaN

/// What a score is multiplied by before the softmax, with log2 e in it.
SPILLWAY_EVERYWHERE inline float score_scale(int head_dim) {
    // One over the square root, without a library: heads have 64 or 128 dimensions here.
    return kLog2E * (head_dim == 64 ? 0.125F : 0.08838834764831845F);
}

/// Attention of one warp: 16 query rows against the keys and values that it absorbs, `kKeys` at a time,
/// with the softmax kept up to date (Dao, FlashAttention-2, 2023, algorithm 1). A lane holds what the tensor
/// cores' 16x8x16 product gives it: of rows lane / 4 and lane / 4 + 8, the columns 2 (lane % 4) and the next.
template <int kHeadDim, int kKeys>
struct AttentionWarp {
    static constexpr int kSteps = kHeadDim / 16;
    static constexpr int kColumns = kHeadDim / 8;
    static constexpr int kKeyGroups = kKeys / 8;
    static_assert(kHeadDim % 32 == 0 && kKeys % 16 == 0);

    std::uint32_t query[kSteps][4];
    float output[kColumns][4];  ///< not yet divided by the sum
    float highest[2];           ///< of the scores so far, scaled; by row
    float sum[2];               ///< of this lane's share of the weights; by row

    /// Takes the query rows, `kHeadDim` values each; those from `rows` on are zeros.
    template <class Thread>
    SPILLWAY_DEVICE void start(Thread& thread, const Bf16* rows_begin, int rows) {
        const int first = thread.lane() / 4;
        const int column = 2 * (thread.lane() % 4);
        SPILLWAY_UNROLL
        for (int step = 0; step < kSteps; ++step) {
            SPILLWAY_UNROLL
            for (int part = 0; part < 4; ++part) {
                const int row = first + 8 * (part % 2);
                const int at = row * kHeadDim + step * 16 + column + 8 * (part / 2);
                query[step][part] = row < rows ? pair_at(rows_begin + at) : 0;
            }
        }
        SPILLWAY_UNROLL
        for (int column_group = 0; column_group < kColumns; ++column_group) {
            for (float& value : output[column_group]) value = 0;
        }
        highest[0] = highest[1] = kLowest;
        sum[0] = sum[1] = 0;
    }

    /// Absorbs keys and values that lie in shared memory. `visible` says for each of the lane's two rows how
    /// many of them, from the first, it may see; `scale` multiplies a score (with log2 e in it).
    template <class Thread>
    SPILLWAY_DEVICE void absorb(Thread& thread, const Bf16* keys, const Bf16* values, const int (&visible)[2],
                                float scale) {
        float scores[kKeyGroups][4];
        multiply_keys(thread, keys, scores);
        weigh(thread, visible, scale, scores);
        multiply_values(thread, values, scores);
    }

    /// Adds up the lanes' shares: afterwards each lane has its rows' sums.
    template <class Thread>
    SPILLWAY_DEVICE void finish(Thread& thread) {
        for (float& share : sum) {
            share += thread.shuffle_xor(share, 1);
            share += thread.shuffle_xor(share, 2);
        }
    }

private:
    SPILLWAY_DEVICE static std::uint32_t pair_at(const Bf16* values) {
        return *reinterpret_cast<const std::uint32_t*>(values);
    }

    template <class Thread>
    SPILLWAY_DEVICE void multiply_keys(Thread& thread, const Bf16* keys, float (&scores)[kKeyGroups][4]) {
        const int lane = thread.lane();
        SPILLWAY_UNROLL
        for (int group = 0; group < kKeyGroups; ++group) {
            for (float& score : scores[group]) score = 0;
            const Bf16* row = keys + (group * 8 + lane % 8) * kTileStride<kHeadDim> + lane / 8 * 8;
            SPILLWAY_UNROLL
            for (int step = 0; step < kSteps; step += 2) {
                std::uint32_t parts[4];
                const int at = step * 16;
                thread.load_matrices(row + at, parts);
                thread.multiply(scores[group], query[step], parts[0], parts[1]);
                thread.multiply(scores[group], query[step + 1], parts[2], parts[3]);
            }
        }
    }

    /// Turns scores into weights, and shrinks what was absorbed before to the new highest score.
    template <class Thread>
    SPILLWAY_DEVICE void weigh(Thread& thread, const int (&visible)[2], float scale,
                               float (&scores)[kKeyGroups][4]) {
        const int column = 2 * (thread.lane() % 4);
        float top[2] = {kLowest, kLowest};
        SPILLWAY_UNROLL
        for (int group = 0; group < kKeyGroups; ++group) {
            SPILLWAY_UNROLL
            for (int part = 0; part < 4; ++part) {
                const bool seen = group * 8 + column + part % 2 < visible[part / 2];
                float& score = scores[group][part];
                score = seen ? score * scale : kLowest;
                top[part / 2] = score > top[part / 2] ? score : top[part / 2];
            }
        }
        float shrink[2];
        SPILLWAY_UNROLL
        for (int row = 0; row < 2; ++row) {
            top[row] = larger(top[row], thread.shuffle_xor(top[row], 1));
            top[row] = larger(top[row], thread.shuffle_xor(top[row], 2));
            top[row] = larger(top[row], highest[row]);
            shrink[row] = thread.power_of_two(highest[row] - top[row]);
            highest[row] = top[row];
            sum[row] *= shrink[row];
        }
        SPILLWAY_UNROLL
        for (int group = 0; group < kKeyGroups; ++group) {
            SPILLWAY_UNROLL
            for (int part = 0; part < 4; ++part) {
                float& score = scores[group][part];
                // A row that has seen nothing yet has the highest score kLowest, of which no weight may come.
                score = score == kLowest ? 0 : thread.power_of_two(score - highest[part / 2]);
                sum[part / 2] += score;
            }
        }
        SPILLWAY_UNROLL
        for (int column_group = 0; column_group < kColumns; ++column_group) {
            SPILLWAY_UNROLL
            for (int part = 0; part < 4; ++part) output[column_group][part] *= shrink[part / 2];
        }
    }

    template <class Thread>
    SPILLWAY_DEVICE void multiply_values(Thread& thread, const Bf16* values,
                                         const float (&weights)[kKeyGroups][4]) {
        const int lane = thread.lane();
        SPILLWAY_UNROLL
        for (int step = 0; step < kKeys / 16; ++step) {
            // The result's layout of one product is the first operand's of the next.
            const float(&low)[4] = weights[2 * step];
            const float(&high)[4] = weights[2 * step + 1];
            const std::uint32_t rows[4] = {narrow_pair(low[0], low[1]), narrow_pair(low[2], low[3]),
                                           narrow_pair(high[0], high[1]), narrow_pair(high[2], high[3])};
            const Bf16* row = values + (step * 16 + lane % 16) * kTileStride<kHeadDim> + lane / 16 * 8;
            SPILLWAY_UNROLL
            for (int column = 0; column < kColumns; column += 2) {
                std::uint32_t parts[4];
                const int at = column * 8;
                thread.load_matrices_transposed(row + at, parts);
                thread.multiply(output[column], rows, parts[0], parts[1]);
                thread.multiply(output[column + 1], rows, parts[2], parts[3]);
            }
        }
    }

    SPILLWAY_DEVICE static float larger(float left, float right) { return left > right ? left : right; }
};

}  // namespace spillway::cuda
