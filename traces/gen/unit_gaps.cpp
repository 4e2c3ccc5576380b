#include "traces/gen/unit_gaps.hpp"

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace spillway {

void ExponentialGaps::draw() noexcept {
    boost::random::exponential_distribution<double> unit;
    for (double& gap : drawn_) gap = unit(stream_);
    given_ = 0;
}

// Marsaglia, Tsang, "A Simple Method for Generating Gamma Variables", TOMS 26 (2000). For a shape below 1,
// their section 6: the law of shape + 1, shrunk by a power of a uniform.
GammaLaw::GammaLaw(double shape) noexcept
    : power_(shape < 1 ? 1 / shape : 0),
      d_((shape < 1 ? shape + 1 : shape) - 1.0 / 3),
      c_(1 / std::sqrt(9 * d_)) {}

double GammaLaw::draw(RandomStream& stream) const noexcept {
    boost::random::normal_distribution<double> normal;
    while (true) {
        const double x = normal(stream);
        const double root = 1 + c_ * x;
        if (root <= 0)
            continue;
        const double v = root * root * root;
        const double u = stream.uniform();
        const double x2 = x * x;
        if (u < 1 - 0.0331 * x2 * x2 || std::log(u) < x2 / 2 + d_ * (1 - v + std::log(v))) {
            return power_ > 0 ? d_ * v * std::pow(stream.uniform(), power_) : d_ * v;
        }
    }
}

}  // namespace spillway
