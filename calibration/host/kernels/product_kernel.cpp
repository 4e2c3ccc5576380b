#include <Eigen/Core>

#include "calibration/host/kernels/kernel_set.hpp"

namespace spillway::SPILLWAY_KERNEL_SET {

void multiply(const ProductPart& part) {
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
