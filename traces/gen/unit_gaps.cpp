#include "traces/gen/unit_gaps.hpp"

#include <boost/random/normal_distribution.hpp>

namespace spillway {
namespace {

/// Marsaglia, Tsang, "A Simple Method for Generating Gamma Variables", TOMS 26 (2000). Requires: shape >= 1.
double draw_large_gamma(RandomStream& stream, double shape) noexcept {
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    boost::random::normal_distribution<double> normal;
    while (true) {
        const double x = normal(stream);
        const double root = 1 + c * x;
        if (root <= 0)
            continue;
        const double v = root * root * root;
        const double u = stream.uniform();
        const double x2 = x * x;
        if (u < 1 - 0.0331 * x2 * x2 || std::log(u) < x2 / 2 + d * (1 - v + std::log(v)))
            return d * v;
    }
}

}  // namespace

double draw_gamma(RandomStream& stream, double shape) noexcept {
    if (shape >= 1)
        return draw_large_gamma(stream, shape);
    // Section 6 of the same paper: a gamma of shape + 1, shrunk by a power of a uniform.
    return draw_large_gamma(stream, shape + 1) * std::pow(stream.uniform(), 1 / shape);
}

double GammaGaps::first() noexcept {
    // A random moment falls into a gap with probability proportional to its length, and anywhere in it.
    return stream_.uniform() * draw_gamma(stream_, shape_ + 1) / shape_;
}

double GammaGaps::next() noexcept { return draw_gamma(stream_, shape_) / shape_; }

}  // namespace spillway
