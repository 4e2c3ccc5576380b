#include "calibration/common/order_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

double between(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

/// The largest r for which the median is below the r-th of `count` values (counted from 1) with a probability
/// of at most 2.5 %; 0 if there is none. Up to 1000 values exactly, beyond by the normal law.
std::int64_t interval_rank(std::int64_t count) {
    constexpr double kTail = 0.025;
    constexpr double kDeviations = 1.959963984540054;
    const auto n = static_cast<double>(count);
    if (count > 1000)
        return static_cast<std::int64_t>(std::floor((n - kDeviations * std::sqrt(n)) / 2));
    double log_chance = -n * std::log(2.0);  // that none of the values is below the median
    double below = std::exp(log_chance);
    std::int64_t rank = 0;
    while (below <= kTail) {
        ++rank;
        const auto r = static_cast<double>(rank);
        log_chance += std::log((n - r + 1) / r);
        below += std::exp(log_chance);
    }
    return rank;
}

}  // namespace

OrderStatistics order_statistics(std::vector<double> values) {
    SPILLWAY_CHECK(!values.empty(), "order statistics of nothing");
    std::sort(values.begin(), values.end());
    OrderStatistics statistics;
    statistics.count = static_cast<std::int64_t>(values.size());
    statistics.least = values.front();
    statistics.lower_quartile = between(values, 0.25);
    statistics.median = between(values, 0.5);
    statistics.upper_quartile = between(values, 0.75);
    statistics.most = values.back();
    const std::int64_t rank = interval_rank(statistics.count);
    if (rank > 0 && statistics.median > 0) {
        statistics.interval_low = values[static_cast<std::size_t>(rank - 1)];
        statistics.interval_high = values[static_cast<std::size_t>(statistics.count - rank)];
        statistics.half_width = (statistics.interval_high - statistics.interval_low) / 2 / statistics.median;
    }
    return statistics;
}

}  // namespace spillway
