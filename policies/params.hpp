#pragma once

#include <string_view>

#include "policies/context.hpp"
#include "sim/core/config.hpp"

namespace spillway {

// Parameters that several policies have, declared once.
inline constexpr ParamSpec kIdleTimeoutParam =
    default_param("idle_timeout", ParamKind::kDuration, "60s", "a worker idle for this long stops");
inline constexpr ParamSpec kRequestsPerWorkerParam =
    optional_param("requests_per_worker", ParamKind::kCount,
                   "requests that one worker is wanted for; default: the pool's concurrency");
inline constexpr ParamSpec kDrainLimitParam = optional_param(
    "drain_limit", ParamKind::kDuration, "a busy worker that is told to stop fails its requests after this");

inline constexpr ParamSpec kPeriodParam =
    default_param("period", ParamKind::kDuration, "15s", "time between two looks at the metrics");
inline constexpr ParamSpec kWindowParam =
    default_param("window", ParamKind::kDuration, "60s", "the metrics are averages over this");
inline constexpr ParamSpec kLagParam =
    default_param("lag", ParamKind::kDuration, "0s", "the metrics are this old when they are read");
inline constexpr ParamSpec kSamplePeriodParam =
    default_param("sample_period", ParamKind::kDuration, "1s", "time between two samples of the metrics");
inline constexpr ParamSpec kFromZeroParam =
    choice_param("from_zero", "at-once|tick", "at-once",
                 "without any worker, the first request starts one: at once, or at the next look");

/// A count that fits a number of workers or requests; InputError above a million.
int read_count(ParamReader& reader, std::string_view name);
/// read_count() of at least 1.
int read_positive_count(ParamReader& reader, std::string_view name);
/// A duration above 0: what repeats every 0 s never ends.
Duration read_positive_duration(ParamReader& reader, std::string_view name);
/// A number of workers, checked to lie within the limits of `pool`.
int read_workers(ParamReader& reader, std::string_view name, const PoolFacts& pool);
/// kRequestsPerWorkerParam with its default.
int read_requests_per_worker(ParamReader& reader, const PoolFacts& pool);
/// The wakes of a policy that looks at metrics every so often: the five parameters from kPeriodParam on.
Wakes read_metric_wakes(ParamReader& reader);

}  // namespace spillway
