#pragma once

#include <cmath>

#include "sim/core/rng.hpp"

namespace spillway {

// Laws of the gap between two arrivals, with mean 1: gaps in the currency "expected arrivals".

/// Poisson arrivals.
class ExponentialGaps {
public:
    explicit ExponentialGaps(RandomStream stream) noexcept : stream_(stream) {}
    /// From a moment that was chosen without looking to the first arrival.
    double first() noexcept { return next(); }
    double next() noexcept { return -std::log(stream_.uniform()); }

private:
    RandomStream stream_;
};

/// Gamma renewals: burstier than Poisson for a coefficient of variation above 1.
class GammaGaps {
public:
    /// Requires: cv > 0.
    GammaGaps(RandomStream stream, double cv) noexcept : stream_(stream), shape_(1 / (cv * cv)) {}
    double first() noexcept;
    double next() noexcept;

private:
    RandomStream stream_;
    double shape_;
};

/// One draw of a gamma law with scale 1. Requires: shape > 0.
double draw_gamma(RandomStream& stream, double shape) noexcept;

/// One draw of a Weibull law with scale 1. Requires: shape > 0.
inline double draw_weibull(RandomStream& stream, double shape) noexcept {
    return std::pow(-std::log(stream.uniform()), 1 / shape);
}

}  // namespace spillway
