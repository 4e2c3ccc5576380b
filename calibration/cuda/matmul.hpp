#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "calibration/cuda/kernels/launch.hpp"

namespace spillway::cuda {

/// How the right factor lies in memory.
enum class Weights : std::uint8_t {
    kByOutput,  ///< [n][k]: a row for each output, as linear layers have it, and keys
    kByInput,   ///< [k][n]: as the values of attention
};

/// output [m][n] = input [m][k] times weights, row by row; `batch` of them, one behind the other.
struct Product {
    ValueKind kind = ValueKind::kBf16;
    Weights weights = Weights::kByOutput;
    std::int64_t m = 0;
    std::int64_t n = 0;
    std::int64_t k = 0;
    std::int64_t input_row = 0;   ///< values from row to row; 0: k
    std::int64_t output_row = 0;  ///< 0: n
    int batch = 1;
};

std::size_t value_bytes(ValueKind kind) noexcept;
/// bf16 for bf16 and fp8 operands, 32-bit integers for int8.
std::size_t output_bytes(ValueKind kind) noexcept;

/// A cuBLASLt product with the algorithm that cuBLASLt's heuristics put first, as serving engines take it.
/// Owns its workspace. fp8 operands (e4m3) count as already quantised, with a scale of 1, and are summed in
/// the fast way (fewer bits), as engines with static quantisation do.
class Matmul {
public:
    /// Throws MeasureError when cuBLASLt has no algorithm for it on this device.
    explicit Matmul(const Product& product);
    ~Matmul();
    Matmul(const Matmul&) = delete;
    Matmul& operator=(const Matmul&) = delete;

    /// Throws MeasureError.
    void enqueue(void* output, const void* input, const void* weights, CUstream_st* stream);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace spillway::cuda
