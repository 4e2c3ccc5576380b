#include "sim/metrics/ramp.hpp"

namespace spillway {

std::uint64_t Ramp::steps_below(std::uint64_t nanoseconds) const noexcept {
    const Ticks bound = Ticks{nanoseconds} * (Ticks{1} << kTickBits);
    if (first >= bound)
        return 0;
    if (at(steps - 1) < bound)
        return steps;
    return static_cast<std::uint64_t>((bound - first - 1) / growth) + 1;
}

}  // namespace spillway
