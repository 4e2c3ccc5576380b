#pragma once

#include "calibration/cuda/kernels/block_sum.hpp"

namespace spillway::cuda {

inline constexpr float kNormEpsilon = 1e-5F;

/// Residual addition and root-mean-square norm, [tokens][width]: the sum replaces the residual, its norm
/// times the weights is the output. Widths are multiples of 8.
struct AddNormArguments {
    const Bf16* input;
    Bf16* residual;
    const Bf16* weights;  ///< [width]
    Bf16* output;
    int width;
};

/// SiLU(gate) times up: `input` is [tokens][gate, up][width], `output` [tokens][width].
struct SiluArguments {
    const Bf16* input;
    Bf16* output;
    long long tokens;
    int width;
};

/// Applies `change(first, second)` to the eight values of two chunks.
template <class Change>
SPILLWAY_DEVICE Chunk combine_chunks(const Chunk& left, const Chunk& right, Change&& change) {
    Chunk result{};
    SPILLWAY_UNROLL
    for (int word = 0; word < 4; ++word) {
        const float low =
            change(widen_bits(left.words[word] & 0xffff), widen_bits(right.words[word] & 0xffff));
        const float high = change(widen_bits(left.words[word] >> 16), widen_bits(right.words[word] >> 16));
        result.words[word] = narrow_pair(low, high);
    }
    return result;
}

/// One block: one token. Grid: (tokens).
template <class Thread>
SPILLWAY_DEVICE void add_norm_block(Thread& thread, const AddNormArguments& a) {
    const long long at = static_cast<long long>(thread.block_x()) * a.width;
    const Chunk* input = reinterpret_cast<const Chunk*>(a.input + at);
    Chunk* residual = reinterpret_cast<Chunk*>(a.residual + at);
    Chunk* output = reinterpret_cast<Chunk*>(a.output + at);
    const Chunk* weights = reinterpret_cast<const Chunk*>(a.weights);
    const int chunks = a.width / kChunkValues;
    float squares = 0;
    for (int i = thread.index(); i < chunks; i += thread.count()) {
        residual[i] = combine_chunks(input[i], residual[i], [&](float left, float right) {
            const float sum = widen(narrow(left + right));
            squares += sum * sum;
            return sum;
        });
    }
    const float mean = block_sum(thread, squares) / static_cast<float>(a.width);
    const float scale = thread.inverse_root(mean + kNormEpsilon);
    for (int i = thread.index(); i < chunks; i += thread.count()) {
        output[i] = combine_chunks(residual[i], weights[i],
                                   [&](float value, float weight) { return value * scale * weight; });
    }
}

/// Threads take chunks of the output in turn. Grid: as many blocks as keep the device busy.
template <class Thread>
SPILLWAY_DEVICE void silu_mul_block(Thread& thread, const SiluArguments& a) {
    const long long row_chunks = a.width / kChunkValues;
    const Chunk* input = reinterpret_cast<const Chunk*>(a.input);
    Chunk* output = reinterpret_cast<Chunk*>(a.output);
    const long long step = static_cast<long long>(thread.blocks_x()) * thread.count();
    for (long long i = static_cast<long long>(thread.block_x()) * thread.count() + thread.index();
         i < a.tokens * row_chunks; i += step) {
        const Chunk* gate = input + i / row_chunks * 2 * row_chunks + i % row_chunks;
        output[i] = combine_chunks(*gate, gate[row_chunks], [&](float value, float up) {
            return value / (1 + thread.power_of_two(-value * 1.4426950408889634F)) * up;
        });
    }
}

}  // namespace spillway::cuda
