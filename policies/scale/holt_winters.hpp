#pragma once

#include <cstddef>
#include <vector>

namespace spillway {

struct HoltWintersSettings {
    double level = 0.3;  ///< weight of the newest observation, 0..1; likewise below
    double trend = 0.1;
    double seasonal = 0.3;
    std::size_t season = 0;  ///< observations in a season; 0: none
};

/// Triple exponential smoothing with an additive season (Winters, "Forecasting Sales by Exponentially
/// Weighted Moving Averages", Management Science 6, 1960), of one figure a step. Until the first season is
/// over there is none in the forecast.
class HoltWinters {
public:
    explicit HoltWinters(const HoltWintersSettings& settings) : settings_(settings) {}

    void observe(double value);
    /// The figure expected `steps` after the last observation; never negative. 0 before there is one.
    double forecast(std::size_t steps) const;

private:
    HoltWintersSettings settings_;
    std::size_t count_ = 0;
    double level_ = 0;
    double trend_ = 0;
    std::vector<double> first_season_;  // as observed, until it is complete
    std::vector<double> season_;        // empty: not known yet
};

}  // namespace spillway
