#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/forecast/forecast_rules.hpp"
#include "app/forecast/hour_costs.hpp"
#include "app/forecast/usage_counters.hpp"
#include "app/run/month.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// What a forecast keeps of one run of the window.
struct ForecastWindow {
    std::vector<UsageCounters> usage;  ///< by pool
    std::vector<int> peak_workers;     ///< by pool
    std::vector<double> at_limit;      ///< by pool: share of the window in which a decision was clamped
    std::optional<DearestHour> dearest;
    std::string unsettled;  ///< why it did not settle; empty: it did
};

/// The windows at one load: each of the windows under each draw of the models.
struct ForecastLevel {
    double load = 1;
    std::vector<ForecastWindow> runs;  ///< [draw x windows + window]

    std::uint64_t unsettled() const;
    /// Most of its runs did: there is a bill.
    bool settled() const { return 2 * unsettled() <= runs.size(); }
    double at_limit(std::size_t pool) const;  ///< mean over the runs
};

/// What a pool is called, what it pays by and what it may have.
struct ForecastPool {
    std::string name;
    std::string gpu;  ///< empty: none named
    bool is_api = false;
    int gpus_per_worker = 1;
    int max_workers = 1;
    Purchase purchase;
    UsageTotals like;  ///< its shape
};

/// A scenario made ready to be run at many loads. Owned by one forecast.
class LevelRuns {
public:
    /// Throws InputError for a scenario that has no price, or of which no month can be told.
    LevelRuns(const ScenarioFile& file, const ForecastRules& rules);

    const Scenario& scenario() const noexcept { return scenario_; }
    bool has_start() const noexcept { return has_start_; }
    const std::vector<ForecastPool>& pools() const noexcept { return pools_; }
    Duration window() const noexcept { return *scenario_.horizon; }
    MonthPlan month() const noexcept { return month_; }
    std::uint64_t windows() const noexcept { return windows_; }  ///< at each load and draw of the models
    std::uint64_t draws() const noexcept { return draws_; }  ///< of the models' errors; 1 where none varies
    /// Whether there is enough traffic for an interval of a month: 20 blocks of each recorded trace.
    bool tells_a_month() const noexcept { return tells_a_month_; }
    /// The shortest block in which recorded traffic is drawn anew; empty where none is.
    const std::optional<Duration>& block() const noexcept { return block_; }
    /// What traffic was drawn from and the errors of models, in words.
    const std::vector<std::string>& sources() const noexcept { return sources_; }

    /// Runs every window at each of these loads, spread over threads.
    std::vector<ForecastLevel> at(const std::vector<double>& loads) const;

private:
    void read_pools();
    void read_blocks();
    ForecastWindow run(const Scenario& loaded, std::uint64_t draw, std::uint64_t window) const;

    Scenario scenario_;
    bool has_start_;
    Vary vary_;
    std::uint64_t windows_;
    std::uint64_t draws_ = 1;
    bool draws_models_ = false;
    bool tells_a_month_ = true;
    std::optional<Duration> block_;
    MonthPlan month_;
    std::vector<ForecastPool> pools_;
    std::vector<std::string> sources_;
};

}  // namespace spillway
