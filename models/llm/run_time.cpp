#include "models/llm/run_time.hpp"

#include <cmath>

namespace spillway {

std::uint64_t IterationRun::iterations_until(Ticks wait) const noexcept {
    // The quadratic's root in floating point, in the form that does not cancel, then put right in integers.
    const double slope = static_cast<double>(first_) - static_cast<double>(growth_) / 2;
    const double target = static_cast<double>(wait);
    const double root =
        2 * target / (slope + std::sqrt(slope * slope + 2 * static_cast<double>(growth_) * target));
    auto iterations = static_cast<std::uint64_t>(root);
    if (iterations == 0)
        iterations = 1;
    while (iterations > 1 && time(iterations - 1) >= wait) --iterations;
    while (time(iterations) < wait) ++iterations;
    return iterations;
}

}  // namespace spillway
