#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/capacity/request_mix.hpp"
#include "app/study/estimate.hpp"
#include "app/study/metric.hpp"
#include "app/study/vary.hpp"

namespace spillway {

enum class CapacityAxis : std::uint8_t {
    kClients,  ///< closed loop: clients who send again when they are answered
    kRate      ///< Poisson arrivals, requests a second
};

/// What is told of a worker under a load.
enum class CapacityFigure : std::uint8_t {
    kTtftMean,
    kTtftP95,
    kTpotMean,
    kTpotP95,
    kRequestRate,
    kTokenRate,
    kPeakKv,
    kFailed,
    kGrowth,  ///< of the backlog, as a share of what was offered
    kHourCost
};
struct CapacityFigureName {
    std::string_view key;     ///< as a column
    std::string_view header;  ///< for people
    MetricUnit unit;
};
/// By CapacityFigure.
constexpr std::array kCapacityFigures{
    CapacityFigureName{"ttft_mean_s", "ttft mean", MetricUnit::kSeconds},
    CapacityFigureName{"ttft_p95_s", "ttft p95", MetricUnit::kSeconds},
    CapacityFigureName{"tpot_mean_s", "tpot mean", MetricUnit::kSeconds},
    CapacityFigureName{"tpot_p95_s", "tpot p95", MetricUnit::kSeconds},
    CapacityFigureName{"requests_per_second", "served", MetricUnit::kAmount},
    CapacityFigureName{"output_tokens_per_second", "tokens/s", MetricUnit::kAmount},
    CapacityFigureName{"peak_kv_share", "KV peak", MetricUnit::kShare},
    CapacityFigureName{"failed_share", "failed", MetricUnit::kShare},
    CapacityFigureName{"backlog_growth", "backlog", MetricUnit::kShare},
    CapacityFigureName{"cost_per_hour_usd", "USD/h", MetricUnit::kUsd},
};

/// Whether a worker keeps what is promised under a load.
enum class SloVerdict : std::uint8_t {
    kHolds,  ///< of every objective, the figure's 95% interval lies below the limit, and the worker keeps up
    kOpen,   ///< neither is told
    kBroken  ///< of some objective, it lies above
};
std::string_view slo_verdict_name(SloVerdict verdict) noexcept;

/// A backlog that grows by less than this share of what is offered is no backlog: the worker keeps up.
constexpr double kKeepsUpWithin = 0.02;

struct LoadedWorker {
    CapacityAxis kind = CapacityAxis::kRate;
    double level = 0;                                         ///< clients, or requests a second
    std::array<Estimate, kCapacityFigures.size()> figures{};  ///< by CapacityFigure
    std::vector<Estimate> objectives;  ///< figures judged, by the scenario's objectives
    SloVerdict verdict = SloVerdict::kHolds;

    const Estimate& figure(CapacityFigure one) const { return figures[static_cast<std::size_t>(one)]; }
};

/// One worker, what it is asked, and how often.
struct LoadRig {
    Scenario worker;  ///< of one_worker()
    RequestMix mix;
    Vary vary;
    std::uint64_t replications = 2;
    double requests = 2000;  ///< measured in a replication; a fifth as many warm it up
};

/// Runs the worker under Poisson arrivals, all replications at once.
LoadedWorker run_rate(const LoadRig& rig, double rate);
/// The same with clients who send again when they are answered, for as long as the requests take at
/// `expected_rate`.
LoadedWorker run_clients(const LoadRig& rig, std::uint32_t clients, double expected_rate);
/// Requests a second that one client gets, by a short run: what to expect of one client.
double alone_rate(const LoadRig& rig);

/// By the intervals of the judged figures. Requires: as many objectives as the worker's scenario has.
SloVerdict judge(const std::vector<Slo>& slos, const LoadedWorker& point);

}  // namespace spillway
