#include <Eigen/Core>

#include "calibration/host/kernels/kernel_set.hpp"

namespace spillway::SPILLWAY_KERNEL_SET {
namespace {

using Index = Eigen::Index;
using Read = Eigen::Map<const Eigen::ArrayXf>;
using Write = Eigen::Map<Eigen::ArrayXf>;

}  // namespace

void copy(const float* from, float* to, std::size_t count) {
    // Compiled so that it stays a loop and does not become a call of memcpy.
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
}

void add_norm(const NormRow& row) {
    const auto width = static_cast<Index>(row.width);
    Write residual(row.residual, width);
    residual += Read(row.inputs, width);
    const float scale = 1 / std::sqrt(residual.square().mean() + kNormEpsilon);
    Write(row.outputs, width) = residual * scale * Read(row.weights, width);
}

void silu_multiply(const GateRow& row) {
    const auto width = static_cast<Index>(row.width);
    const Read gate(row.gate, width);
    Write(row.outputs, width) = gate / (1 + (-gate).exp()) * Read(row.up, width);
}

}  // namespace spillway::SPILLWAY_KERNEL_SET
