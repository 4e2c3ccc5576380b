#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace spillway {

/// What is kept of repeated measurements. Seconds.
struct OrderStatistics {
    std::int64_t count = 0;
    double least = 0;
    double lower_quartile = 0;
    double median = 0;
    double upper_quartile = 0;
    double most = 0;
    /// Half the width of the median's 95 % interval, as a share of the median. The interval lies between two
    /// of the values, by the binomial law, whatever their distribution (David and Nagaraja, Order Statistics,
    /// 3rd edition, section 7.1). Empty with fewer than 6 values: no two of them make such an interval.
    std::optional<double> half_width;
    double interval_low = 0;  ///< of that interval, where there is one
    double interval_high = 0;
};

/// Quartiles and an even number's median lie between neighbours, linearly. Requires: `values` is not empty
/// and has no NaN.
OrderStatistics order_statistics(std::vector<double> values);

}  // namespace spillway
