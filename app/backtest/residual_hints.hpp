#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/backtest/back_test.hpp"

namespace spillway {

/// The metrics that tell how long requests take, without their waits for starts where a log knows them.
inline constexpr std::string_view kWarmMean = "mean warm total";
inline constexpr std::string_view kPlainMean = "mean total";

/// What a log says of the load itself.
struct LoadFacts {
    /// Length of the time in which at least one request was open; empty: the log has no ends.
    std::optional<Duration> occupied;
    std::optional<MetricResidual> cold_share;
    /// Of requests that met no cold start, or where the log does not tell them apart, of all.
    std::optional<MetricResidual> mean_total;
};

/// The time in which a request of the window was open, inside the window.
Duration occupied_time(const WindowedLog& log, const ReplayWindow& window);

/// For the lines with the largest residuals, what the data say about where they come from. Nothing where
/// residuals are small.
std::vector<std::string> residual_hints(const BillResidual& bill, const LoadFacts& load,
                                        const ReplayWindow& window);

}  // namespace spillway
