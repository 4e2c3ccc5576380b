#pragma once

#include <cstddef>

#include "calibration/host/kernels/host_kernels.hpp"

namespace spillway {

// What the kernels ought to give, computed plainly and in double precision. Each gives one number, so that a
// large problem can be checked at places drawn by chance.

/// Of outputs = inputs x weights^T.
double product_reference(const ProductPart& part, std::size_t row, std::size_t column);

/// One sequence's attention by one query over `tokens` keys and values: coordinate `place` of the output.
struct AttentionQuery {
    const float* query = nullptr;   ///< head_dim
    const float* keys = nullptr;    ///< tokens x head_dim
    const float* values = nullptr;  ///< tokens x head_dim
    std::size_t tokens = 0;
    std::size_t head_dim = 0;
};
double attention_reference(const AttentionQuery& query, std::size_t place);

/// Of NormRow's outputs, from what `residual` was before.
double norm_reference(const NormRow& row, std::size_t place);
double silu_reference(const GateRow& row, std::size_t place);

/// Throws MeasureError, which names `what`, unless the two are equal but for the rounding of `terms` float
/// additions of numbers that are of the size of `scale`.
void check_equal(const char* what, double computed, double reference, double terms, double scale);

}  // namespace spillway
