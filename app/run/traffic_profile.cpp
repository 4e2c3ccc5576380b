#include "app/run/traffic_profile.hpp"

#include <algorithm>

namespace spillway {
namespace {

constexpr std::size_t kChartBins = 60;

}  // namespace

void ProfiledSource::pop(Arrival& arrival) {
    source_.pop(arrival);
    if (arrival.at < SimTime{})
        return;
    if (requests_++ == 0)
        first_ = arrival.at;
    last_ = arrival.at;
    minutes_.add(arrival.at.time_since_epoch());
}

TrafficProfile ProfiledSource::profile() {
    TrafficProfile profile;
    profile.requests = requests_;
    if (requests_ == 0)
        return profile;
    const double span = to_seconds(last_ - first_);
    profile.mean_rate = span > 0 ? static_cast<double>(requests_) / span : 0;
    profile.peak_per_minute = *std::max_element(minutes_.counts().begin(), minutes_.counts().end());
    profile.peak_length = longest_near_peak(minutes_);
    minutes_.shrink_to(kChartBins);
    profile.chart = minutes_.counts();
    profile.chart_width = minutes_.width();
    return profile;
}

}  // namespace spillway
