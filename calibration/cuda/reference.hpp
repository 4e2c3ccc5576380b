#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace spillway::cuda {

// What kernels are compared with before they are timed: the plain formulas in double precision, over operands
// that follow from a seed (kernels/random_values.hpp).

/// One query row with the keys and values that it sees.
struct AttentionRow {
    std::uint64_t query_seed = 0;
    std::uint64_t key_seed = 0;
    std::uint64_t value_seed = 0;
    std::uint64_t query_at = 0;  ///< place of the row's first value
    std::uint64_t keys_at = 0;   ///< of the first key's first value, and of the first value's
    int seen = 0;                ///< keys, from the first
    int head_dim = 0;
};

/// A result, and how large errors of rounding are in it: they grow with the noise, not with the result.
struct Reference {
    std::vector<double> values;
    double noise = 0;
};

Reference reference_attention(const AttentionRow& row);

/// The norm of input + residual (both rounded as bf16 sums are), times the weights, of the row at `at`.
Reference reference_add_norm(std::uint64_t input_seed, std::uint64_t residual_seed, std::uint64_t weight_seed,
                             std::uint64_t at, int width);

/// SiLU(gate) times up, of row `token`.
Reference reference_silu_mul(std::uint64_t seed, std::uint64_t token, int width);

/// Empty when each of `found` is within `tolerance` times (its reference's size + the noise); or else a
/// sentence with the first that is not. Requires: as many as the reference has.
std::string difference(const Reference& reference, const std::vector<float>& found, double tolerance);

}  // namespace spillway::cuda
