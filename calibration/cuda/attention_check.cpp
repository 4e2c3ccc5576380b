#include "calibration/cuda/attention_check.hpp"

#include <fmt/format.h>

#include "calibration/common/probe.hpp"
#include "calibration/cuda/reference.hpp"

namespace spillway::cuda {

void check_attention_row(const CheckedRow& row, const DeviceBuffer& output) {
    // Weights are rounded to bf16 before they meet the values, and results after: 2^-9 each, at most, and in
    // composed attention the scores too.
    constexpr double kTolerance = 0.02;
    const auto dim = static_cast<std::uint64_t>(row.head_dim);
    const AttentionRow expected{kQuerySeed,
                                kKeySeed,
                                kValueSeed,
                                static_cast<std::uint64_t>(row.row) * dim,
                                row.cache * static_cast<std::uint64_t>(row.context) * dim,
                                row.seen,
                                row.head_dim};
    const std::string wrong =
        difference(reference_attention(expected),
                   read_bf16(output, static_cast<std::size_t>(row.row) * dim, dim), kTolerance);
    if (!wrong.empty())
        throw MeasureError(fmt::format("wrong attention, row {}: {}", row.row, wrong));
}

}  // namespace spillway::cuda
