#pragma once

#include <cmath>
#include <cstddef>

namespace spillway::tests {

/// A factor around 1 with that relative standard deviation: the quantiles of a normal law in the order of a
/// golden-ratio sequence. Without pattern, the same on every machine.
inline double normal_noise(std::size_t number, double deviation) {
    const double u = std::fmod(0.5 + static_cast<double>(number) * 0.618033988749895, 1.0) * 0.998 + 0.001;
    // Logistic in place of normal: the same deviation, tails a little longer.
    constexpr double kLogisticDeviation = 1.813799364234218;
    return 1 + deviation * std::log(u / (1 - u)) / kLogisticDeviation;
}

}  // namespace spillway::tests
