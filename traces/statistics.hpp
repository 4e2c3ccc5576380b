#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/fleet/request_source.hpp"
#include "traces/gpu_demand.hpp"
#include "traces/unloaded_replay.hpp"

namespace spillway {

struct StatisticsOptions {
    std::optional<ServiceAssumption> service;  ///< empty: only measured times tell about the demand for GPUs
    std::size_t most_chart_bins = 60;          ///< above 0
};

/// Figures of a set of numbers: percentiles are values of the set (nearest rank), within 0.1%.
struct Percentiles {
    double mean = 0;
    double min = 0;
    double p10 = 0;
    double p50 = 0;
    double p90 = 0;
    double p95 = 0;
    double p99 = 0;
    double max = 0;
};

/// What scaling to zero would pay for: the parts of gaps that are left after an idle time-out.
struct IdleBeyond {
    Duration timeout{};
    std::uint64_t gaps = 0;  ///< that are longer
    double hours_per_day = 0;
};

/// Requests per bin over time, for a chart.
struct RateChart {
    Duration width{};
    std::vector<std::uint64_t> counts;
};

struct StampGrid {
    std::uint64_t distinct = 0;     ///< different time stamps
    std::uint64_t most_at_one = 0;  ///< requests with the same one
    std::optional<Duration> step;   ///< what stamps seem to be rounded to; empty: nothing that matters
};

/// What a traffic looks like. Rates are in requests a second.
struct TrafficStatistics {
    std::uint64_t requests = 0;
    SimTime first;
    SimTime last;
    double mean_rate = 0;  ///< over the span from the first to the last arrival; 0 when that is nothing
    std::uint64_t peak_per_second = 0;
    std::uint64_t peak_per_minute = 0;
    Duration
        peak_length{};  ///< longest unbroken time of minutes with at least 80% of the peak minute's requests
    RateChart chart;
    double dispersion_1s = 0;   ///< variance over mean of requests per second; 1: Poisson
    double dispersion_60s = 0;  ///< the same per minute
    Percentiles gap_seconds;    ///< between consecutive arrivals
    double gap_cv = 0;          ///< standard deviation over mean of the gaps; 1: Poisson
    SimTime longest_gap_begin;
    std::array<IdleBeyond, 4> idle;  ///< beyond 5 s, 60 s, 5 min, 15 min
    Percentiles input_tokens;
    Percentiles output_tokens;
    StampGrid stamps;
    std::optional<GpuDemand>
        demand;  ///< empty without an assumption, unless every request has a measured time
};

/// Takes all of a source. Memory grows with the concurrency and, slowly, with the span, not with the number
/// of requests. Clients that wait for answers get them after the service time, or after 1 s where there is
/// none. Throws InputError when the source breaks off or has no request at all.
TrafficStatistics collect_statistics(RequestSource& source, const StatisticsOptions& options);

}  // namespace spillway
