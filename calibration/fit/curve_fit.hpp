#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace spillway {

/// What a coefficient may do at the end of its range.
enum class AtBound : unsigned char {
    kRefuse,     ///< the form does not describe the data
    kMayVanish,  ///< at its least it is as good as absent
    kMayReach,   ///< at either end it means what the end means (a weight of 0 or 1, full overlap)
};

/// One coefficient of a form: searched between two positive numbers, on a logarithmic scale.
struct CoefficientRange {
    std::string name;
    double least = 0;
    double most = 0;
    double start = 0;
    AtBound at_bound = AtBound::kRefuse;
};

/// What becomes of a coefficient that the rows do not tell. It is named in both cases.
enum class Untold : unsigned char {
    kHold,  ///< it gets its start's value, and the others fit to that
    kKeep,  ///< it stays where the fit ended
};

/// A curve to fit through measured times.
struct CurveProblem {
    std::vector<CoefficientRange> coefficients;
    std::vector<double> measured;  ///< seconds, above 0
    std::vector<int> site;         ///< what is left out together, numbered from 0
    Untold untold = Untold::kHold;
    std::vector<bool> used;  ///< rows that the fit sees; the others are only predicted
    /// The form's seconds for a row.
    std::function<double(std::size_t row, std::span<const double> coefficients)> seconds;
};

struct CurveFit {
    std::vector<double> coefficients;
    std::vector<std::string> on_bound;  ///< names of those that ended on a bound that refuses
    /// Names of those that the rows do not tell: the standard error of their logarithm is above log 2, and
    /// with them at their start the others fit as well.
    std::vector<std::string> unidentified;
    /// Of the Jacobian by the others' logarithms with columns of length 1: how far errors of the rows can be
    /// blown up. 1 is best.
    double condition = 1;
    std::vector<double> fitted;  ///< seconds of every row
    /// Seconds of every row by the coefficients that the other sites give: one Gauss-Newton step from the
    /// fit to all of them, shortened until the others are fitted no worse. That is the refit to first order
    /// in what one site of hundreds moves.
    std::vector<double> left_out;
};

/// Least squares on log(fitted / measured) with a soft-L1 loss (quadratic to 10 %, then linear), by
/// Levenberg-Marquardt from several starts on a part of the rows, the best continued on all. Deterministic.
/// Requires: more rows used than coefficients.
CurveFit fit_curve(const CurveProblem& problem);

}  // namespace spillway
