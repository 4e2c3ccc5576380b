#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/forecast/forecast_rules.hpp"
#include "app/forecast/hour_costs.hpp"
#include "app/forecast/load_path.hpp"
#include "app/run/run_result.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// A figure with its 95% interval, which says how well the windows that were run know it.
template <typename Value>
struct Bounded {
    Value value{};
    Value low{};
    Value high{};
};

/// Where a bill may lie. Only of traffic that is enough for an interval of a month.
struct BillSpread {
    Bounded<Money> mean;
    Bounded<Money> p50;
    Bounded<Money> p95;
    std::optional<Bounded<double>> over;  ///< the chance of more than the budget; empty: there is none
};

struct BillForecast {
    Money mean;
    std::optional<BillSpread> spread;
};

/// The dearest hour of the runs of a month.
struct SeenHour {
    DearestHour hour;
    double load = 1;
    std::int64_t wall_clock = 0;  ///< seconds since 1970, of the window
};

struct MonthForecast {
    MonthLoad load;
    std::uint64_t runs = 0;             ///< of the windows of its loads
    std::uint64_t unsettled = 0;        ///< of them
    std::optional<BillForecast> bill;   ///< empty: at one of its loads, most did not settle
    std::optional<Money> dearest_mean;  ///< of the month's dearest hour, over drawn months
    std::optional<SeenHour> dearest;    ///< of all runs; empty: windows are shorter than an hour
};

/// What a pool needs at most, over the months that today's quota has to last.
struct QuotaForecast {
    std::string pool;
    std::string gpu;                 ///< empty: none named
    std::optional<int> gpus_p95;     ///< 19 of 20 paths need no more; empty: too little traffic for it
    int gpus_seen = 0;               ///< most in any run
    int gpus_allowed = 0;            ///< the pool's own maximum
    double at_limit = 0;             ///< of the time in the month where that is most
    std::optional<int> limit_month;  ///< that month; empty: never
};

struct Forecast {
    std::string scenario;
    ForecastRules rules;
    MonthBasis basis = MonthBasis::kTraffic;
    Duration window{0};
    Duration month_length{0};
    std::uint64_t loads = 0;    ///< different ones
    std::uint64_t windows = 0;  ///< run at each of them, for each draw of the models
    std::uint64_t draws = 0;
    std::uint64_t windows_a_month = 0;  ///< that a month without events is put together from
    /// By which deviations from the mean come out too large (or small): a month is no whole number of
    /// windows, and draws from few windows differ less than windows do.
    double spread_factor = 1;
    bool tells_a_month = true;
    std::optional<Duration> block;  ///< in which recorded traffic was drawn anew; empty: none was
    std::vector<MonthForecast> months;
    std::optional<BillForecast> total;  ///< of all months; empty where one has no bill
    std::vector<QuotaForecast> quotas;  ///< of pools of workers
    int quota_months = 0;
    std::vector<std::string> sources;

    /// The first month whose chance to exceed the budget is above `chance`; empty: none.
    std::optional<int> first_over(double chance) const;
};

/// Months that are put together for each month ahead.
constexpr std::size_t kDrawnMonths = 2000;

/// Runs the scenario's window at every load of the months ahead and puts months together of them. Throws
/// InputError for a scenario without a price, traffic of which no month can be told, and what the rules
/// cannot mean.
Forecast make_forecast(const ScenarioFile& file, const ForecastRules& rules);

std::string forecast_text(const Forecast& forecast);
std::string forecast_json(const Forecast& forecast);
std::string forecast_csv(const Forecast& forecast);

}  // namespace spillway
