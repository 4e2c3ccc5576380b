#include "sim/metrics/ramp.hpp"

#include <algorithm>
#include <utility>

namespace spillway {
namespace {

/// Sum of floor((a j + b) / m) over j = 0 .. n - 1, by Euclid's algorithm on a and m: what is whole is summed
/// as a series, and the lattice points under the rest of the line are counted from the other axis.
Int128 floor_sum(Int128 n, Int128 m, Int128 a, Int128 b) noexcept {
    Int128 sum = 0;
    while (true) {
        sum += n * (n - 1) / 2 * (a / m) + n * (b / m);
        a %= m;
        b %= m;
        const Int128 highest = a * n + b;
        if (highest < m)
            return sum;
        n = highest / m;
        b = highest % m;
        std::swap(a, m);
    }
}

}  // namespace

std::uint64_t Ramp::steps_below(std::uint64_t nanoseconds) const noexcept {
    const Ticks bound = Ticks{nanoseconds} * (Ticks{1} << kTickBits);
    if (first >= bound)
        return 0;
    if (growth == 0)
        return steps;
    const Int128 below = (bound - first - 1) / growth + 1;
    return below < static_cast<Int128>(steps) ? static_cast<std::uint64_t>(below) : steps;
}

Int128 Ramp::sum() const noexcept {
    return floor_sum(static_cast<Int128>(steps), Ticks{1} << kTickBits, growth, first) *
           static_cast<Int128>(each);
}

}  // namespace spillway
