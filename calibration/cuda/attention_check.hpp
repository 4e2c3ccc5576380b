#pragma once

#include <cstdint>

#include "calibration/cuda/memory.hpp"

namespace spillway::cuda {

// The operands of the attention probes follow from these seeds.
inline constexpr std::uint64_t kQuerySeed = 21;
inline constexpr std::uint64_t kKeySeed = 22;
inline constexpr std::uint64_t kValueSeed = 23;

/// One row of an attention's output, and what it attended to.
struct CheckedRow {
    std::int64_t row = 0;     ///< among all query rows: of query and output
    std::uint64_t cache = 0;  ///< among the key heads of all sequences
    int context = 0;          ///< keys of each cache
    int seen = 0;             ///< of them, by this row
    int head_dim = 0;
};

/// Throws MeasureError unless the output has that row as the reference has it.
void check_attention_row(const CheckedRow& row, const DeviceBuffer& output);

}  // namespace spillway::cuda
