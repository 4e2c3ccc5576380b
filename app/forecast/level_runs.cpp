#include "app/forecast/level_runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/run/parallel_for.hpp"
#include "app/run/run_scenario.hpp"
#include "app/study/replicate.hpp"
#include "app/study/scale_load.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

ForecastPool forecast_pool(const PoolSetup& setup, const std::string& where) {
    if (!setup.purchase)
        throw InputError(where, fmt::format("has no price for the pool \"{}\"", setup.name),
                         "a forecast of the bill needs one for every pool");
    ForecastPool pool;
    pool.name = setup.name;
    pool.gpu = setup.gpu.value_or("");
    pool.is_api = setup.sort == PoolSort::kApi;
    pool.gpus_per_worker = setup.gpus_per_worker;
    pool.max_workers = setup.max_workers;
    pool.purchase = *setup.purchase;
    pool.like.steps.resize(pool.purchase.contract.steps.size());
    pool.like.covered.resize(pool.purchase.contract.commitments.size());
    pool.like.unused.resize(pool.purchase.contract.commitments.size());
    pool.like.storage.resize(pool.purchase.contract.storage.size());
    return pool;
}

}  // namespace

std::uint64_t ForecastLevel::unsettled() const {
    return static_cast<std::uint64_t>(std::count_if(
        runs.begin(), runs.end(), [](const ForecastWindow& run) { return !run.unsettled.empty(); }));
}

double ForecastLevel::at_limit(std::size_t pool) const {
    double sum = 0;
    for (const ForecastWindow& run : runs) sum += run.at_limit[pool];
    return sum / static_cast<double>(runs.size());
}

LevelRuns::LevelRuns(const ScenarioFile& file, const ForecastRules& rules)
    : scenario_(file.scenario()),
      has_start_(file.node().find("start") != nullptr),
      vary_(rules.vary),
      windows_(rules.vary.luck || rules.vary.traffic ? rules.windows : 1) {
    make_repeatable(scenario_, {}, "forecast", std::make_shared<Recordings>());
    if (!scenario_.horizon)
        throw InputError(scenario_.where, "has no end of its traffic", "give it a horizon");
    month_ = plan_month(scenario_, SimTime{} + *scenario_.horizon, true);
    if (!month_.scale)
        throw InputError(scenario_.where,
                         fmt::format("has {} of traffic, and no month can be told of it", show(window())),
                         "a week of it, or a month_shape (docs/semantics.md)");
    read_pools();
    read_blocks();
    sources_ = describe_draws(scenario_, vary_);
    if (draws_models_)
        draws_ = rules.model_draws;
}

void LevelRuns::read_pools() {
    const std::unique_ptr<Assembly> assembly = assemble(scenario_);
    pools_.reserve(assembly->pools.size());
    for (const PoolSetup& setup : assembly->pools) pools_.push_back(forecast_pool(setup, scenario_.where));
    draws_models_ =
        vary_.model && std::any_of(assembly->model_errors.begin(), assembly->model_errors.end(),
                                   [](const StatedError& error) { return error.mean.has_value(); });
}

/// A trace that is played as it is has as many blocks as one that is drawn anew: it knows no more of a month.
void LevelRuns::read_blocks() {
    Scenario one = scenario_;
    Vary anew = vary_;
    anew.traffic = true;
    one.draws = draws_of(scenario_.draws, anew, 0);
    const std::unique_ptr<Assembly> assembly = assemble(one);
    for (const ReadCount& read : assembly->reads.counts()) {
        if (!read.resampled)
            continue;
        tells_a_month_ = tells_a_month_ && read.resampled->tells_a_month();
        if (vary_.traffic)
            block_ = std::min(block_.value_or(read.resampled->block), read.resampled->block);
    }
}

ForecastWindow LevelRuns::run(const Scenario& loaded, std::uint64_t draw, std::uint64_t window) const {
    Scenario one = loaded;
    Vary within = vary_;
    within.model = false;  // of a month, not of each of its windows
    one.draws = draws_of(loaded.draws, within, window);
    if (draws_models_)
        one.draws.model = RunSeed{loaded.draws.luck.seed, loaded.draws.luck.replication + draw};
    const std::unique_ptr<Assembly> assembly = assemble(one);
    HourCosts hours(purchases_of(*assembly), *one.horizon);
    Onlookers onlookers;
    onlookers.usages.push_back(&hours);
    onlookers.requests.push_back(&hours);
    const RunResult result = run_assembled(one, *assembly, onlookers);
    ForecastWindow kept;
    for (const PoolResult& pool : result.pools) {
        kept.usage.push_back(counters_of(pool.bill->totals));
        kept.peak_workers.push_back(pool.usage.peak_workers);
        kept.at_limit.push_back(to_seconds(pool.usage.at_limit) / to_seconds(*one.horizon));
    }
    kept.dearest = hours.dearest();
    kept.unsettled = result.unsettled_reason;
    return kept;
}

std::vector<ForecastLevel> LevelRuns::at(const std::vector<double>& loads) const {
    std::vector<ForecastLevel> levels(loads.size());
    std::vector<Scenario> loaded(loads.size(), scenario_);
    const std::uint64_t each = windows_ * draws_;
    for (std::size_t i = 0; i < loads.size(); ++i) {
        levels[i].load = loads[i];
        levels[i].runs.resize(each);
        if (loads[i] != 1)
            scale_load(loaded[i], loads[i]);
    }
    parallel_for(loads.size() * each, [&](std::size_t n) {
        const std::size_t level = n / each;
        const std::size_t run_number = n % each;
        levels[level].runs[run_number] = run(loaded[level], run_number / windows_, run_number % windows_);
    });
    return levels;
}

}  // namespace spillway
