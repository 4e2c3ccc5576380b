#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "sim/core/rng.hpp"

namespace spillway {

// Laws of the gap between two arrivals, with mean 1: gaps in the currency "expected arrivals".

/// Poisson arrivals. Draws ahead by the handful: one after the other, each draw would wait for the last.
class ExponentialGaps {
public:
    explicit ExponentialGaps(RandomStream stream) noexcept : stream_(stream) {}
    /// From a moment that was chosen without looking to the first arrival.
    double first() noexcept { return next(); }
    double next() noexcept {
        if (given_ == drawn_.size())
            draw();
        return drawn_[given_++];
    }

private:
    void draw() noexcept;

    RandomStream stream_;
    std::array<double, 32> drawn_{};
    std::size_t given_ = drawn_.size();
};

/// A gamma law with scale 1. Requires: shape > 0.
class GammaLaw {
public:
    explicit GammaLaw(double shape) noexcept;
    double draw(RandomStream& stream) const noexcept;

private:
    double power_;  // 0: none
    double d_;
    double c_;
};

/// Gamma renewals: burstier than Poisson for a coefficient of variation above 1.
class GammaGaps {
public:
    /// Requires: cv > 0.
    GammaGaps(RandomStream stream, double cv) noexcept
        : stream_(stream), scale_(cv * cv), law_(1 / scale_), longer_(1 / scale_ + 1) {}
    double first() noexcept {
        // A random moment falls into a gap with probability proportional to its length, and anywhere in it.
        return stream_.uniform() * longer_.draw(stream_) * scale_;
    }
    double next() noexcept { return law_.draw(stream_) * scale_; }

private:
    RandomStream stream_;
    double scale_;
    GammaLaw law_;
    GammaLaw longer_;  // gaps weighted by their length
};

/// One draw of a Weibull law with scale 1. Requires: shape > 0.
inline double draw_weibull(RandomStream& stream, double shape) noexcept {
    return std::pow(-std::log(stream.uniform()), 1 / shape);
}

}  // namespace spillway
