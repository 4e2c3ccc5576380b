#pragma once

#include <cstdint>
#include <vector>

#include "sim/billing/usage_totals.hpp"
#include "sim/core/int128.hpp"

namespace spillway {

/// Everything that a pool used, as one row of counters, for sums of many windows.
using UsageCounters = std::vector<Int128>;

UsageCounters counters_of(const UsageTotals& totals);

/// Counters as usage inside a window of that length. `like` says how many steps, commitments and storages
/// there are. Requires: as many counters as counters_of(like) has.
UsageTotals usage_from(const UsageCounters& counters, const UsageTotals& like, Duration window);

/// A positive fraction of two 128-bit numbers, in lowest terms.
class UsageFraction {
public:
    UsageFraction(Int128 numerator, Int128 denominator);
    /// count x this, rounded to the nearest whole unit, half up. Requires: count is not negative.
    Int128 of(Int128 count) const;

private:
    Int128 numerator_;
    Int128 denominator_;
};

}  // namespace spillway
