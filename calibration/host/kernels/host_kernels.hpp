#pragma once

#include <cstddef>
#include <string_view>

namespace spillway {

/// A part of outputs = inputs x weights^T: some columns of the outputs. All matrices are stored row by row.
struct ProductPart {
    const float* inputs = nullptr;   ///< m x k
    const float* weights = nullptr;  ///< n x k
    float* outputs = nullptr;        ///< m x n
    std::size_t m = 0;
    std::size_t n = 0;
    std::size_t k = 0;
    std::size_t first_column = 0;
    std::size_t columns = 0;
};

/// The queries of one new token that share a head of keys and values, over one sequence's cache.
struct DecodePart {
    const float* keys = nullptr;     ///< context x head_dim
    const float* values = nullptr;   ///< context x head_dim
    const float* queries = nullptr;  ///< group x head_dim
    float* outputs = nullptr;        ///< group x head_dim
    float* scores = nullptr;         ///< room for group x context numbers
    std::size_t group = 1;
    std::size_t context = 0;
    std::size_t head_dim = 0;
};

/// Some new tokens of one query head, which see all tokens up to themselves.
struct PrefillPart {
    const float* keys = nullptr;     ///< (prefix + new) x head_dim
    const float* values = nullptr;   ///< (prefix + new) x head_dim
    const float* queries = nullptr;  ///< new x head_dim
    float* outputs = nullptr;        ///< new x head_dim
    float* scores = nullptr;         ///< room for rows x (prefix + new) numbers
    std::size_t prefix = 0;
    std::size_t head_dim = 0;
    std::size_t first_row = 0;
    std::size_t rows = 0;
};

/// One token's residual addition and root-mean-square norm: residual += inputs; outputs = norm x weights.
struct NormRow {
    const float* inputs = nullptr;
    const float* weights = nullptr;
    float* residual = nullptr;
    float* outputs = nullptr;
    std::size_t width = 0;
};

/// outputs = gate / (1 + exp(-gate)) x up, as gated layers have it.
struct GateRow {
    const float* gate = nullptr;
    const float* up = nullptr;
    float* outputs = nullptr;
    std::size_t width = 0;
};

inline constexpr float kNormEpsilon = 1e-5F;

/// The kernels that are measured, each for one thread, as compiled for a kind of processor.
struct HostKernels {
    std::string_view instructions;  ///< "AVX2 and FMA"
    void (*copy)(const float* from, float* to, std::size_t count);
    void (*multiply)(const ProductPart& part);
    void (*decode)(const DecodePart& part);
    void (*prefill)(const PrefillPart& part);
    void (*add_norm)(const NormRow& row);
    void (*silu_multiply)(const GateRow& row);
};

/// Those for the widest vectors that this processor has.
const HostKernels& host_kernels();
/// Those that any processor of this architecture can run.
const HostKernels& plain_kernels();

}  // namespace spillway
