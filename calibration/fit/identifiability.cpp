#include "calibration/fit/identifiability.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "calibration/common/order_statistics.hpp"

namespace spillway {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNoEffect = 1e9;  // the error of a logarithm of which nothing is known

VectorXd log_errors(const CurveProblem& problem, std::span<const std::size_t> rows,
                    std::span<const double> coefficients) {
    VectorXd errors(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        errors[static_cast<Eigen::Index>(i)] =
            std::log(problem.seconds(rows[i], coefficients) / problem.measured[rows[i]]);
    }
    return errors;
}

/// By the logarithms of the coefficients.
MatrixXd jacobian_at(const CurveProblem& problem, std::span<const std::size_t> rows,
                     std::span<const double> coefficients, const VectorXd& errors) {
    constexpr double kStep = 0.01;
    MatrixXd jacobian(errors.size(), static_cast<Eigen::Index>(coefficients.size()));
    for (std::size_t i = 0; i < coefficients.size(); ++i) {
        std::vector<double> moved(coefficients.begin(), coefficients.end());
        moved[i] *= std::exp(kStep);
        jacobian.col(static_cast<Eigen::Index>(i)) = (log_errors(problem, rows, moved) - errors) / kStep;
    }
    return jacobian;
}

double scatter_of(const VectorXd& errors) {
    constexpr double kNormal = 1.4826;  // of the median absolute deviation
    constexpr double kLeast = 0.002;
    std::vector<double> sizes;
    for (const double error : errors) sizes.push_back(std::abs(error));
    return std::max(kLeast, kNormal * order_statistics(std::move(sizes)).median);
}

}  // namespace

Identifiability identifiability(const CurveProblem& problem, std::span<const std::size_t> rows,
                                std::span<const double> coefficients) {
    const VectorXd errors = log_errors(problem, rows, coefficients);
    const MatrixXd jacobian = jacobian_at(problem, rows, coefficients, errors);
    // What does nothing at all is noise of the arithmetic, and would blow up every other error.
    constexpr double kLeastEffect = 1e-6;
    const VectorXd lengths = jacobian.colwise().norm().transpose();
    std::vector<Eigen::Index> active;
    for (Eigen::Index i = 0; i < lengths.size(); ++i) {
        if (lengths[i] > kLeastEffect * std::sqrt(static_cast<double>(rows.size())))
            active.push_back(i);
    }
    Identifiability found;
    found.scatter = scatter_of(errors);
    found.log_errors.assign(coefficients.size(), kNoEffect);
    if (active.empty())
        return found;
    const VectorXd scales = lengths(active).cwiseInverse();
    const MatrixXd scaled = jacobian(Eigen::all, active) * scales.asDiagonal();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> squares(scaled.transpose() * scaled);
    const double most = squares.eigenvalues().maxCoeff();
    const VectorXd values = squares.eigenvalues().cwiseMax(1e-14 * most);
    found.condition = std::sqrt(most / values.minCoeff());
    for (std::size_t i = 0; i < active.size(); ++i) {
        const auto row = static_cast<Eigen::Index>(i);
        const double variance = squares.eigenvectors().row(row).cwiseAbs2().dot(values.cwiseInverse());
        found.log_errors[static_cast<std::size_t>(active[i])] =
            found.scatter * std::sqrt(variance) * scales[row];
    }
    return found;
}

}  // namespace spillway
