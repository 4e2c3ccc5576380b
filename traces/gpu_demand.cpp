#include "traces/gpu_demand.hpp"

#include <algorithm>
#include <numeric>

#include "sim/core/check.hpp"

namespace spillway {

namespace {

std::size_t length_class(Duration run) {
    constexpr std::array<Duration, 3> kLimits{std::chrono::seconds(30), std::chrono::minutes(30),
                                              std::chrono::hours(4)};
    return static_cast<std::size_t>(std::upper_bound(kLimits.begin(), kLimits.end(), run) - kLimits.begin());
}

double share(Duration part, Duration whole) {
    return whole == Duration{} ? 0 : to_seconds(part) / to_seconds(whole);
}

}  // namespace

void GpuDemandMeter::start(SimTime at) {
    if (!started_) {
        started_ = true;
        begin_ = last_ = at;
    }
    request_seconds_ += static_cast<double>(in_service_) * to_seconds(at - last_);
    last_ = at;
    peak_ = std::max(peak_, ++in_service_);
    if (in_service_ > running_since_.size() * requests_per_gpu_)
        running_since_.push_back(at);
    peak_gpus_ = std::max(peak_gpus_, running_since_.size());
}

void GpuDemandMeter::finish(SimTime at) {
    SPILLWAY_CHECK(in_service_ > 0, "a finish of nothing");
    request_seconds_ += static_cast<double>(in_service_) * to_seconds(at - last_);
    last_ = at;
    --in_service_;
    if (in_service_ > (running_since_.size() - 1) * requests_per_gpu_)
        return;
    const Duration run = at - running_since_.back();
    running_since_.pop_back();
    time_in_runs_[length_class(run)] += run;
    if (running_since_.empty())
        first_gpu_time_ += run;
}

GpuDemand GpuDemandMeter::result() const {
    SPILLWAY_CHECK(in_service_ == 0, "requests are still in service");
    const Duration total = std::accumulate(time_in_runs_.begin(), time_in_runs_.end(), Duration{});
    const Duration window = last_ - begin_;
    GpuDemand demand;
    demand.peak_concurrency = peak_;
    demand.peak_gpus = peak_gpus_;
    demand.mean_concurrency = window == Duration{} ? 0 : request_seconds_ / to_seconds(window);
    demand.busy_share = share(first_gpu_time_, window);
    demand.gpu_time = total;
    demand.in_runs_under_30s = share(time_in_runs_[0], total);
    demand.in_runs_30s_to_30min = share(time_in_runs_[1], total);
    demand.in_runs_30min_to_4h = share(time_in_runs_[2], total);
    demand.in_runs_of_4h = share(time_in_runs_[3], total);
    return demand;
}

}  // namespace spillway
