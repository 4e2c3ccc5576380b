#pragma once

#include <algorithm>
#include <array>
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

/// Of a policy that acts on the requests as they are, or as they were `lag` ago.
inline constexpr ParamSpec kCheckPeriodParam =
    default_param("check_period", ParamKind::kDuration, "1s", "time between two looks at the requests");
inline constexpr ParamSpec kCountLagParam = default_param(
    "lag", ParamKind::kDuration, "0s", "the counts of requests are this old when they are read");

/// `spec` with another default.
constexpr ParamSpec with_default(ParamSpec spec, std::string_view fallback) {
    spec.presence = Presence::kDefaulted;
    spec.fallback = fallback;
    return spec;
}

/// The parameters of read_window_wakes() with the defaults of one platform.
constexpr std::array<ParamSpec, 4> window_params(std::string_view period, std::string_view window,
                                                 std::string_view sample_period) {
    return {with_default(kPeriodParam, period), with_default(kWindowParam, window), kLagParam,
            with_default(kSamplePeriodParam, sample_period)};
}
/// Those of read_metric_wakes().
constexpr std::array<ParamSpec, 5> metric_params(std::string_view period, std::string_view window,
                                                 std::string_view sample_period) {
    return {with_default(kPeriodParam, period), with_default(kWindowParam, window), kLagParam,
            with_default(kSamplePeriodParam, sample_period), kFromZeroParam};
}

/// One table of two.
template <std::size_t A, std::size_t B>
constexpr std::array<ParamSpec, A + B> join(const std::array<ParamSpec, A>& first,
                                            const std::array<ParamSpec, B>& second) {
    std::array<ParamSpec, A + B> both{};
    std::copy(first.begin(), first.end(), both.begin());
    std::copy(second.begin(), second.end(), both.begin() + A);
    return both;
}

/// A count that fits a number of workers or requests; InputError above a million.
int read_count(ParamReader& reader, std::string_view name);
/// read_count() of at least 1.
int read_positive_count(ParamReader& reader, std::string_view name);
/// A duration above 0: what repeats every 0 s never ends.
Duration read_positive_duration(ParamReader& reader, std::string_view name);
/// A number of workers, checked to lie within the limits of `pool`.
int read_workers(ParamReader& reader, std::string_view name, const PoolFacts& pool);
/// A finite number above 0: it divides.
double read_positive_number(ParamReader& reader, std::string_view name);
/// The same where it may be absent.
std::optional<double> read_optional_positive(ParamReader& reader, std::string_view name);
/// A number above 1: as a limit on the rate of change, 1 would never let the size change.
double read_factor(ParamReader& reader, std::string_view name);
/// kRequestsPerWorkerParam with its default.
int read_requests_per_worker(ParamReader& reader, const PoolFacts& pool);
/// The wakes of a policy that looks at metrics every so often: the five parameters from kPeriodParam on.
Wakes read_metric_wakes(ParamReader& reader);
/// The same without kFromZeroParam: nothing else wakes the policy.
Wakes read_window_wakes(ParamReader& reader);
/// The same where period and window are optional; without a `window` of its own, that is the period.
Wakes read_window_wakes(ParamReader& reader, Duration period, std::optional<Duration> window);
/// InputError at `window` or at "lag" when the two take more than a million samples to remember.
void check_samples(ParamReader& reader, std::string_view window, const Wakes& wakes);
/// The wakes of a policy that looks at the requests themselves: kCheckPeriodParam and kCountLagParam.
Wakes read_check_wakes(ParamReader& reader);

}  // namespace spillway
