#include "app/calibrate/error_figures.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t size = values.size();
    return (values[size / 2] + values[(size - 1) / 2]) / 2;
}

ErrorFigures error_figures(std::vector<double> signed_errors) {
    ErrorFigures out;
    const auto all = static_cast<double>(signed_errors.size());
    for (double& error : signed_errors) {
        out.bias += error / all;
        error = std::abs(error);
        out.mean += error / all;
    }
    std::sort(signed_errors.begin(), signed_errors.end());
    out.median = median(signed_errors);
    const std::size_t size = signed_errors.size();
    out.p90 = signed_errors[std::min(size - 1, size * 9 / 10)];
    return out;
}

}  // namespace spillway
