#include "app/calibrate/error_figures.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

ErrorFigures error_figures(std::vector<double> signed_errors) {
    ErrorFigures out;
    const auto all = static_cast<double>(signed_errors.size());
    for (double& error : signed_errors) {
        out.bias += error / all;
        error = std::abs(error);
        out.mean += error / all;
    }
    std::sort(signed_errors.begin(), signed_errors.end());
    const std::size_t size = signed_errors.size();
    out.median = (signed_errors[size / 2] + signed_errors[(size - 1) / 2]) / 2;
    out.p90 = signed_errors[std::min(size - 1, size * 9 / 10)];
    return out;
}

}  // namespace spillway
