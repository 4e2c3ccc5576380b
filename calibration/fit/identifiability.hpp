#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "calibration/fit/curve_fit.hpp"

namespace spillway {

/// What the rows of a fit say of its coefficients, to first order about where it ended.
struct Identifiability {
    /// Condition number of the Jacobian by the coefficients' logarithms, its columns scaled to length 1.
    double condition = 1;
    /// The coefficient that is told least, if any is not told. Its standard error is above log 2: a factor of
    /// two either way. Near the end of its range, which can be an answer (it vanishes), it is untold only
    /// when its start would fit as well.
    std::optional<std::size_t> least_told;
};

/// `rows` are those that the fit used, `coefficients` where it ended. The scatter is the rows' own, by the
/// median absolute deviation.
Identifiability identifiability(const CurveProblem& problem, std::span<const std::size_t> rows,
                                std::span<const double> coefficients);

}  // namespace spillway
