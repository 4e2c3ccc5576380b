#include "policies/scale/holt_winters.hpp"

#include <algorithm>
#include <numeric>

namespace spillway {

void HoltWinters::observe(double value) {
    if (count_ == 0)
        level_ = value;
    double* const season = season_.empty() ? nullptr : &season_[count_ % settings_.season];
    if (count_ > 0) {
        const double before = level_;
        level_ = settings_.level * (value - (season != nullptr ? *season : 0)) +
                 (1 - settings_.level) * (level_ + trend_);
        trend_ = settings_.trend * (level_ - before) + (1 - settings_.trend) * trend_;
    }
    if (season != nullptr)
        *season = settings_.seasonal * (value - level_) + (1 - settings_.seasonal) * *season;
    ++count_;
    if (settings_.season == 0 || !season_.empty())
        return;
    first_season_.push_back(value);
    if (first_season_.size() < settings_.season)
        return;
    level_ = std::accumulate(first_season_.begin(), first_season_.end(), 0.0) /
             static_cast<double>(settings_.season);
    trend_ = 0;
    season_ = std::move(first_season_);
    for (double& one : season_) one -= level_;
}

double HoltWinters::forecast(std::size_t steps) const {
    const double season = season_.empty() ? 0 : season_[(count_ + steps - 1) % settings_.season];
    return std::max(0.0, level_ + static_cast<double>(steps) * trend_ + season);
}

}  // namespace spillway
