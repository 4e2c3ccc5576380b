#include "app/forecast/forecast.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/forecast/bill_spread.hpp"
#include "app/forecast/level_runs.hpp"
#include "app/forecast/month_draws.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::size_t kSets = 100;       // of windows, for intervals
constexpr std::size_t kSetMonths = 200;  // put together from each

/// What the months of one path after the other are made of.
struct DrawnPath {
    std::vector<DrawnMonths> months;
    std::vector<std::vector<Money>> again;  // by month, of resampled sets
};

std::vector<const ForecastLevel*> levels_of(const MonthLoad& month, const std::vector<ForecastLevel>& all) {
    std::vector<const ForecastLevel*> levels;
    for (const ForecastLevel& level : all) {
        if (std::any_of(month.spans.begin(), month.spans.end(),
                        [&](const LoadSpan& span) { return span.load == level.load; }))
            levels.push_back(&level);
    }
    return levels;
}

std::optional<SeenHour> dearest_seen(const std::vector<const ForecastLevel*>& levels,
                                     std::int64_t wall_clock) {
    std::optional<SeenHour> dearest;
    for (const ForecastLevel* level : levels) {
        for (const ForecastWindow& run : level->runs) {
            if (run.dearest && (!dearest || run.dearest->cost > dearest->hour.cost))
                dearest = SeenHour{*run.dearest, level->load,
                                   wall_clock + 3600 * static_cast<std::int64_t>(run.dearest->hour)};
        }
    }
    return dearest;
}

MonthForecast judge_month(const LevelRuns& runs, const MonthLoad& load,
                          const std::vector<const ForecastLevel*>& levels) {
    MonthForecast month;
    month.load = load;
    for (const ForecastLevel* level : levels) {
        month.runs += level->runs.size();
        month.unsettled += level->unsettled();
    }
    month.dearest = dearest_seen(levels, runs.scenario().wall_clock);
    return month;
}

bool has_bill(const std::vector<const ForecastLevel*>& levels) {
    return std::all_of(levels.begin(), levels.end(),
                       [](const ForecastLevel* level) { return level->settled(); });
}

DrawnPath draw_path(const MonthDraws& draws, const std::vector<MonthLoad>& loads, bool with_intervals) {
    DrawnPath path;
    path.months.resize(loads.size());
    path.again.resize(loads.size());
    parallel_for(loads.size(), [&](std::size_t i) {
        path.months[i] = draws.draw(loads[i], kDrawnMonths);
        if (with_intervals)
            path.again[i] = draws.bills_of_resampled_sets(loads[i], kSets, kSetMonths);
    });
    return path;
}

std::vector<Money> sum_by_path(const std::vector<std::vector<Money>>& months) {
    std::vector<Money> sums(months.front().size());
    for (const std::vector<Money>& month : months) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += month[i];
    }
    return sums;
}

BillForecast bill_forecast(const std::vector<Money>& bills, const std::vector<Money>& again,
                           const std::optional<Money>& budget) {
    BillForecast bill;
    bill.mean = mean_bill(bills);
    if (!again.empty())
        bill.spread = spread_of(bills, {again, kSetMonths}, budget);
    return bill;
}

QuotaForecast quota_of(const ForecastPool& pool, std::size_t at, const DrawnPath& path, std::size_t months) {
    std::vector<int> most(kDrawnMonths);
    for (std::size_t m = 0; m < months; ++m) {
        for (std::size_t i = 0; i < most.size(); ++i)
            most[i] = std::max(most[i], path.months[m].peaks[at][i]);
    }
    QuotaForecast quota;
    quota.pool = pool.name;
    quota.gpu = pool.gpu;
    quota.gpus_p95 = quantile_of(std::move(most), 0.95) * pool.gpus_per_worker;
    quota.gpus_allowed = pool.max_workers * pool.gpus_per_worker;
    return quota;
}

void add_quotas(const LevelRuns& runs, const std::vector<ForecastLevel>& levels, const DrawnPath& path,
                Forecast& forecast) {
    const auto months = static_cast<std::size_t>(forecast.quota_months);
    for (std::size_t pool = 0; pool < runs.pools().size(); ++pool) {
        if (runs.pools()[pool].is_api)
            continue;
        QuotaForecast quota = quota_of(runs.pools()[pool], pool, path, months);
        if (!forecast.tells_a_month)
            quota.gpus_p95.reset();
        for (std::size_t m = 0; m < months; ++m) {
            for (const ForecastLevel* level : levels_of(forecast.months[m].load, levels)) {
                for (const ForecastWindow& run : level->runs)
                    quota.gpus_seen = std::max(quota.gpus_seen,
                                               run.peak_workers[pool] * runs.pools()[pool].gpus_per_worker);
                const double at_limit = level->at_limit(pool);
                if (at_limit > quota.at_limit) {
                    quota.at_limit = at_limit;
                    quota.limit_month = forecast.months[m].load.number;
                }
            }
        }
        forecast.quotas.push_back(std::move(quota));
    }
}

void add_bills(const DrawnPath& path, const std::vector<ForecastLevel>& levels, Forecast& forecast) {
    std::vector<std::vector<Money>> bills;
    bool all = true;
    for (std::size_t i = 0; i < forecast.months.size(); ++i) {
        MonthForecast& month = forecast.months[i];
        const DrawnMonths& drawn = path.months[i];
        if (month.dearest)
            month.dearest_mean = mean_bill(drawn.dearest);
        bills.push_back(drawn.bills);
        if (has_bill(levels_of(month.load, levels)))
            month.bill = bill_forecast(drawn.bills, path.again[i], forecast.rules.budget);
        else
            all = false;
    }
    if (all)
        forecast.total = bill_forecast(
            sum_by_path(bills), forecast.tells_a_month ? sum_by_path(path.again) : std::vector<Money>{},
            std::nullopt);
}

void describe_window(const LevelRuns& runs, const MonthDraws& draws, Forecast& forecast) {
    forecast.basis = runs.month().basis;
    forecast.window = runs.window();
    forecast.month_length = runs.scenario().month;
    forecast.windows = runs.windows();
    forecast.draws = runs.draws();
    forecast.windows_a_month = draws.windows_in(forecast.month_length);
    const Ratio scale = *runs.month().scale;
    const double in_a_month = static_cast<double>(scale.numerator) / static_cast<double>(scale.denominator);
    const double seen = runs.windows() > 1 ? 1 - 1 / static_cast<double>(runs.windows()) : 1;
    forecast.spread_factor = std::sqrt(seen * in_a_month / static_cast<double>(forecast.windows_a_month));
    forecast.tells_a_month = runs.tells_a_month();
    forecast.block = runs.block();
    forecast.sources = runs.sources();
}

}  // namespace

std::optional<int> Forecast::first_over(double chance) const {
    for (const MonthForecast& month : months) {
        if (month.bill && month.bill->spread && month.bill->spread->over &&
            month.bill->spread->over->value > chance)
            return month.load.number;
    }
    return std::nullopt;
}

Forecast make_forecast(const ScenarioFile& file, const ForecastRules& rules) {
    const LevelRuns runs(file, rules);
    const std::vector<MonthLoad> loads = plan_loads(rules, runs.scenario(), runs.has_start());
    if (rules.lead && *rules.lead > rules.months)
        throw InputError("--lead", fmt::format("is more than the {} months of the forecast", rules.months));
    const std::vector<ForecastLevel> levels = runs.at(loads_of(loads));
    const MonthDraws draws(runs, levels);
    Forecast forecast;
    forecast.scenario = runs.scenario().name;
    forecast.rules = rules;
    forecast.loads = levels.size();
    forecast.quota_months = rules.lead.value_or(rules.months);
    describe_window(runs, draws, forecast);
    const DrawnPath path = draw_path(draws, loads, forecast.tells_a_month);
    forecast.months.reserve(loads.size());
    for (const MonthLoad& load : loads)
        forecast.months.push_back(judge_month(runs, load, levels_of(load, levels)));
    add_bills(path, levels, forecast);
    add_quotas(runs, levels, path, forecast);
    return forecast;
}

}  // namespace spillway
