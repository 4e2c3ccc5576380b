#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/arrival_bins.hpp"

namespace spillway {

/// What the measured traffic of a run looked like.
struct TrafficProfile {
    std::uint64_t requests = 0;
    double mean_rate = 0;  ///< requests a second, over the time from the first to the last
    std::uint64_t peak_per_minute = 0;
    Duration peak_length{0};           ///< longest time in which every minute had 80% of the peak
    std::vector<std::uint64_t> chart;  ///< requests in bins of chart_width
    Duration chart_width{0};
};

/// Passes a source through and looks at what arrives from time 0 on. `source` outlives it.
class ProfiledSource final : public RequestSource {
public:
    explicit ProfiledSource(RequestSource& source) : source_(source) {}

    std::optional<SimTime> next_time() override { return source_.next_time(); }
    void pop(Arrival& arrival) override;
    bool reacts() const override { return source_.reacts(); }
    void answered(const ClientAnswer& answer) override { source_.answered(answer); }

    TrafficProfile profile();

private:
    RequestSource& source_;
    std::uint64_t requests_ = 0;
    SimTime first_;
    SimTime last_;
    ArrivalSeries minutes_{std::chrono::minutes{1}, 1 << 16};
};

}  // namespace spillway
