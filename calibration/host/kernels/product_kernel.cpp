#include <Eigen/Core>

#include "calibration/host/kernels/kernel_set.hpp"

namespace spillway::SPILLWAY_KERNEL_SET {

namespace {

/// Eigen packs operands before it multiplies, which takes longer than a few rows' products themselves: here
/// each row of the weights is read once and multiplied with all inputs.
void multiply_few(const ProductPart& part) {
    using Read = Eigen::Map<const Eigen::VectorXf>;
    const auto k = static_cast<Eigen::Index>(part.k);
    for (std::size_t column = part.first_column; column < part.first_column + part.columns; ++column) {
        const Read weights(part.weights + column * part.k, k);
        for (std::size_t row = 0; row < part.m; ++row)
            part.outputs[row * part.n + column] = weights.dot(Read(part.inputs + row * part.k, k));
    }
}

}  // namespace

void multiply(const ProductPart& part) {
    constexpr std::size_t kFewRows = 4;
    if (part.m <= kFewRows)
        return multiply_few(part);

    using Index = Eigen::Index;
    using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    using Stride = Eigen::OuterStride<>;
    const auto m = static_cast<Index>(part.m);
    const auto k = static_cast<Index>(part.k);
    const auto columns = static_cast<Index>(part.columns);
    const Eigen::Map<const Matrix> inputs(part.inputs, m, k);
    const Eigen::Map<const Matrix> weights(part.weights + part.first_column * part.k, columns, k);
    Eigen::Map<Matrix, 0, Stride> outputs(part.outputs + part.first_column, m, columns,
                                          Stride(static_cast<Index>(part.n)));
    outputs.noalias() = inputs * weights.transpose();
}

}  // namespace spillway::SPILLWAY_KERNEL_SET
