#include "sim/metrics/ramp.hpp"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

/// Sum of floor((a j + b) / m) over j = 0 .. n - 1, by Euclid's algorithm on a and m: what is whole is summed
/// as a series, and the lattice points under the rest of the line are counted from the other axis. Requires
/// a, b < m and n < 2^32 = m at first, so that nothing exceeds 64 bits: the sum is below n^2.
std::uint64_t floor_sum(std::uint64_t n, std::uint64_t m, std::uint64_t a, std::uint64_t b) noexcept {
    std::uint64_t sum = 0;
    while (true) {
        const std::uint64_t highest = a * n + b;
        if (highest < m)
            return sum;
        n = highest / m;
        b = highest % m;
        sum += n * (n - 1) / 2 * (m / a) + n * (b / a);
        m %= a;
        b %= a;
        std::swap(a, m);
    }
}

}  // namespace

std::uint64_t Ramp::steps_below(std::uint64_t nanoseconds) const noexcept {
    const Ticks bound = Ticks{nanoseconds} * (Ticks{1} << kTickBits);
    if (first >= bound)
        return 0;
    if (at(steps - 1) < bound)
        return steps;
    return static_cast<std::uint64_t>((bound - first - 1) / growth) + 1;
}

Int128 Ramp::sum() const noexcept {
    constexpr Ticks kRest = (Ticks{1} << kTickBits) - 1;
    const std::uint64_t whole_growths = steps * (steps - 1) / 2;
    const Int128 whole = (growth >> kTickBits) * Int128{whole_growths} + (first >> kTickBits) * Int128{steps};
    const std::uint64_t rest =
        floor_sum(steps, std::uint64_t{1} << kTickBits, static_cast<std::uint64_t>(growth & kRest),
                  static_cast<std::uint64_t>(first & kRest));
    return (whole + Int128{rest}) * Int128{each};
}

}  // namespace spillway
