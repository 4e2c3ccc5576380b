#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "calibration/fit/curve_fit.hpp"

namespace spillway {

/// What the rows of a fit say of its coefficients, to first order about where it ended.
struct Identifiability {
    /// Condition number of the Jacobian by the coefficients' logarithms, its columns scaled to length 1.
    double condition = 1;
    /// Standard errors of the logarithms; enormous for what does nothing there.
    std::vector<double> log_errors;
    /// The rows' scatter about the fit, relative, by the median absolute deviation; not under 0.2 %.
    double scatter = 0;
};

/// `rows` are those that the fit used, `coefficients` where it ended.
Identifiability identifiability(const CurveProblem& problem, std::span<const std::size_t> rows,
                                std::span<const double> coefficients);

}  // namespace spillway
