#pragma once

#include <vector>

namespace spillway {

/// Errors of predictions, as shares: 0.07 is 7 %.
struct ErrorFigures {
    double mean = 0;    ///< of the absolute error
    double median = 0;  ///< of the absolute error
    double p90 = 0;     ///< of the absolute error
    double bias = 0;    ///< mean signed error; above 0: predicted too slow
};

/// Requires at least one value.
double median(std::vector<double> values);

/// Requires at least one error.
ErrorFigures error_figures(std::vector<double> signed_errors);

}  // namespace spillway
