#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/run/on_demand.hpp"
#include "app/run/traffic_profile.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/billing/bill.hpp"
#include "sim/billing/reconcile.hpp"
#include "sim/billing/usage_totals.hpp"
#include "sim/fleet/fleet.hpp"
#include "sim/metrics/stage_recorder.hpp"
#include "sim/metrics/summary.hpp"

namespace spillway {

/// What one pool pays: for the window, and for a month where one can be told.
struct PoolBill {
    Purchase purchase;
    UsageTotals totals;
    Bill bill;
    Reconciliation reconciliation;
    std::optional<Bill> month;
    std::optional<Reconciliation> month_reconciliation;
    Money textbook_month;  ///< calls x seconds x price, or tokens x price, as if all of it were this traffic
    std::optional<OnDemandCost> on_demand;  ///< the textbook's other way; empty for an API
};

struct PoolResult {
    PoolSetup setup;
    PoolUsage usage;
    double occupied_share = 0;  ///< of the worker time from acquired to stopped: with at least one request
    double loaded_share =
        0;                ///< of the same: what the work would have taken on workers that run at their best
    int workers_p50 = 0;  ///< ready workers, half of the time at most so many
    double workers_mean = 0;
    double mean_slot_seconds = 0;  ///< of a request on a worker
    std::optional<PoolBill> bill;  ///< empty: the pool has no price
    LatencyFigures itl;            ///< inter-token latency: LatencyFigures::requests are gaps between tokens
    std::vector<std::string> beyond_measured;  ///< where its times rest on more than was measured

    /// Whether token-level engines did anything inside the window.
    bool has_engine() const { return usage.engine.iterations > 0; }
    /// Of the prompt tokens of scheduled prompts, those found in the prefix cache, 0..1.
    double cached_share() const;
    /// Of an engine's KV memory, most that was in use at once, 0..1.
    double peak_kv_share() const;
};

/// Why a run has no monthly figure, or that it has one.
enum class MonthBasis : std::uint8_t {
    kTraffic,     ///< a week of traffic or more, scaled by time
    kShape,       ///< less, scaled by the scenario's month_shape
    kTooShort,    ///< less, and no shape
    kNotSettled,  ///< the fleet did not keep up with the traffic
};

/// Names in outputs, by MonthBasis.
constexpr std::array<std::string_view, 4> kMonthBasisNames{"traffic", "month_shape", "too_short",
                                                           "not_settled"};

/// What a batch class is judged by: completion against its deadline, and throughput.
struct DeadlineResult {
    std::optional<Duration> deadline;  ///< empty: the class has none
    std::uint64_t met = 0;             ///< completed within it, from arrival
    double completed_per_hour = 0;
    double output_tokens_per_hour = 0;
};

/// A stage of staged requests.
struct StageResult {
    StageSetup setup;
    StageFigures figures;
};

/// Everything that outputs say about a run; writers only format it.
struct RunResult {
    std::string scenario;
    std::size_t headline = 0;  ///< index into summary.classes
    SimTime horizon;
    Summary summary;
    LatencyFigures itl;  ///< as in PoolResult, over all of them; no requests where no engine has tokens
    std::vector<PoolResult> pools;
    std::vector<StageResult> stages;        ///< of all flows; empty where requests are of one stage
    std::vector<DeadlineResult> deadlines;  ///< by ClassId
    Leftover leftover;
    bool settled = true;
    std::string unsettled_reason;
    MonthBasis month_basis = MonthBasis::kTooShort;
    bool priced = false;         ///< every pool has a price
    Money cost;                  ///< of the window, over the priced pools
    std::optional<Money> month;  ///< of a month
    Money drain_cost;            ///< of the work left at the horizon
    std::uint64_t events = 0;
    std::vector<RuledOut> ruled_out;
    std::vector<std::string> required_tags;
    std::vector<ReadCount> reads;
    std::vector<StatedError> model_errors;  ///< of every model's profile, whether or not they were drawn
    TrafficProfile traffic;

    const ClassSummary& headline_class() const { return summary.classes[headline]; }
    double window_hours() const;
    double cost_per_hour() const;
    /// USD per 1,000 requests inside the SLO (of all classes); empty when none was.
    std::optional<double> cost_per_thousand_inside() const;
    std::optional<double> cost_per_thousand_offered() const;
    std::optional<double> cost_per_million_output_tokens() const;
    /// GPU time that the work left at the horizon took. An API has no GPUs of one's own.
    SummedTime drain_gpu_time() const;
};

}  // namespace spillway
