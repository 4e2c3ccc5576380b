#include "calibration/fit/identifiability.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

namespace spillway {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kStep = 0.01;       // of a logarithm
constexpr double kNearBound = 0.02;  // of the range's logarithm
constexpr double kLeastScatter = 0.002;
const double kMostError = std::log(2.0);

bool near_bound(const CoefficientRange& range, double value) {
    const double share = std::log(value / range.least) / std::log(range.most / range.least);
    return share < kNearBound || share > 1 - kNearBound;
}

/// How far the logarithm of a coefficient is moved to see what it does: a little, or from near the end of its
/// range, where a little does nothing, back to its start.
double probe_step(const CoefficientRange& range, double value) {
    const double to_start = std::log(range.start / value);
    return near_bound(range, value) && std::abs(to_start) > kStep ? to_start : kStep;
}

VectorXd log_errors(const CurveProblem& problem, std::span<const std::size_t> rows,
                    std::span<const double> coefficients) {
    VectorXd errors(static_cast<Eigen::Index>(rows.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        errors[static_cast<Eigen::Index>(i)] =
            std::log(problem.seconds(rows[i], coefficients) / problem.measured[rows[i]]);
    }
    return errors;
}

double scatter(const VectorXd& errors) {
    constexpr double kNormal = 1.4826;  // of the median absolute deviation
    std::vector<double> sizes;
    for (const double error : errors) sizes.push_back(std::abs(error));
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    return std::max(kLeastScatter, kNormal * *middle);
}

}  // namespace

Identifiability identifiability(const CurveProblem& problem, std::span<const std::size_t> rows,
                                std::span<const double> coefficients) {
    const auto count = static_cast<Eigen::Index>(coefficients.size());
    const VectorXd errors = log_errors(problem, rows, coefficients);
    MatrixXd jacobian(errors.size(), count);
    VectorXd steps(count);
    VectorXd lengths(count);
    for (Eigen::Index i = 0; i < count; ++i) {
        const auto number = static_cast<std::size_t>(i);
        std::vector<double> moved(coefficients.begin(), coefficients.end());
        steps[i] = probe_step(problem.coefficients[number], moved[number]);
        moved[number] *= std::exp(steps[i]);
        jacobian.col(i) = (log_errors(problem, rows, moved) - errors) / steps[i];
        constexpr double kNothing = 1e-12;
        lengths[i] = std::max(jacobian.col(i).norm(), kNothing);
        jacobian.col(i) /= lengths[i];
    }
    const Eigen::JacobiSVD<MatrixXd> svd(jacobian.transpose() * jacobian, Eigen::ComputeThinV);
    const VectorXd& squares = svd.singularValues();
    const double least = std::max(squares[count - 1], 1e-15 * squares[0]);
    Identifiability found;
    found.condition = std::sqrt(squares[0] / least);

    const double spread = scatter(errors);
    double worst = 1;
    for (Eigen::Index i = 0; i < count; ++i) {
        double variance = 0;
        for (Eigen::Index j = 0; j < count; ++j)
            variance += std::pow(svd.matrixV()(i, j), 2) / std::max(squares[j], 1e-15 * squares[0]);
        const CoefficientRange& range = problem.coefficients[static_cast<std::size_t>(i)];
        // A bound that refuses says that the form is wrong, not that the rows are silent.
        if (range.at_bound == AtBound::kRefuse && steps[i] != kStep)
            continue;
        const double at_end = steps[i] == kStep ? 0 : 2 * spread / (lengths[i] * std::abs(steps[i]));
        const double inside = spread * std::sqrt(variance) / lengths[i] / kMostError;
        const double untold = steps[i] == kStep ? inside : at_end;
        if (untold > worst) {
            worst = untold;
            found.least_told = static_cast<std::size_t>(i);
        }
    }
    return found;
}

}  // namespace spillway
