#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/forecast/forecast.hpp"

namespace spillway {

/// The smallest value that a share `q` of them does not exceed. Requires: there are some; 0 < q <= 1.
template <typename Value>
Value quantile_of(std::vector<Value> values, double q) {
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(q * static_cast<double>(values.size()))) - 1;
    const auto at = values.begin() + std::max<std::ptrdiff_t>(0, rank);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// The mean, rounded to a nano-dollar. Requires: there are some.
Money mean_bill(const std::vector<Money>& bills);

/// Bills of samples of the windows, so many of each sample, one sample after the other.
struct ResampledBills {
    const std::vector<Money>& bills;
    std::size_t each;
};

/// Quantiles and the chance to exceed `budget`, each with the interval from the 2.5% to the 97.5% quantile of
/// what the samples of the windows say (a percentile bootstrap), widened to hold the figure itself; a chance
/// of 0 or 1 has the binomial limit of as many months besides.
BillSpread spread_of(const std::vector<Money>& bills, const ResampledBills& again,
                     const std::optional<Money>& budget);

}  // namespace spillway
