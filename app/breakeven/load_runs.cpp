#include "app/breakeven/load_runs.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/plan/race.hpp"
#include "app/run/run_scenario.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/study/replicate.hpp"
#include "app/study/scale_load.hpp"
#include "sim/billing/planner_cost.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "traces/combine/combine.hpp"

namespace spillway {
namespace {

constexpr int kMostWorkers = 4096;
constexpr std::size_t kTextbookSteps = 4000;

/// USD an hour of so many instances around the clock.
double hourly(const OnDemandCost& price, std::int64_t instances) {
    return to_usd(price.month_of(instances)) / (to_seconds(price.purchase.contract.month) / 3600);
}

ConfigNode burstier_source(const ConfigNode& source, Duration every, double factor) {
    if (is_reactive(source_entry(source)))
        throw InputError(source.where(), "waits for answers, and its requests cannot be gathered",
                         "give its clients other think times in a sweep");
    if (source.find("bursts") != nullptr)
        throw InputError(source.where(), "has bursts of its own already");
    return with_member(
        source,
        {"bursts", ConfigNode::object(source.where(),
                                      {{"every", ConfigNode::text(source.where(), format_duration(every))},
                                       {"factor", ConfigNode::number(source.where(), factor)}})});
}

/// The traffic of a scenario, each source changed.
template <typename Change>
ConfigNode changed_traffic(const Scenario& scenario, const Change& change) {
    std::vector<ConfigNode> sources;
    for (const ConfigNode& source : scenario.traffic.items()) sources.push_back(change(source));
    return ConfigNode::list(scenario.traffic.where(), std::move(sources));
}

/// The traffic of [0, horizon) keeps its length, and silence follows it.
ConfigNode ended_source(const ConfigNode& source, Duration horizon) {
    for (const char* member : {"cut", "repeat", "time_factor"}) {
        if (source.find(member) != nullptr)
            throw InputError(
                source.where(),
                fmt::format("has a \"{}\", and --over duty would have to cut what it makes", member),
                "--over burstiness gathers requests as they come");
    }
    const ConfigNode length = ConfigNode::text(source.where(), format_duration(horizon));
    return with_member(source, {"cut", ConfigNode::object(source.where(), {{"for", length}})});
}

std::size_t first_of_workers(const RunResult& result) {
    for (std::size_t i = 0; i < result.pools.size(); ++i) {
        if (result.pools[i].setup.sort == PoolSort::kWorkers)
            return i;
    }
    return result.pools.size();
}

}  // namespace

LoadRuns::LoadRuns(const ScenarioFile& file, const std::optional<ScenarioFile>& alternative,
                   const BreakEvenRules& rules)
    : file_(file), other_(alternative), rules_(rules), recordings_(std::make_shared<Recordings>()) {
    const Scenario scenario = file_.scenario();
    name_ = scenario.name;
    own_ = run_scenario(scenario);
    pool_ = first_of_workers(own_);
    if (pool_ == own_.pools.size() || !own_.priced)
        throw InputError(scenario.where, "has no pool of workers with a price");
    price_ = own_.pools[pool_].bill->on_demand;
    if (!other_ || !scenario.slos.empty())
        objectives_ = planned_objectives(scenario);
    if (!other_) {
        if (!price_ || price_->from == OnDemandCost::PriceFrom::kServerless)
            throw InputError(scenario.where, "has no on-demand price of its GPU",
                             "--on-demand FILE names a scenario to compare with");
    }
}

std::string LoadRuns::alternative() const {
    if (other_)
        return other_->scenario().name;
    const std::string& entry = price_->purchase.contract.provenance.catalog;
    return fmt::format("the smallest fixed fleet of {} that meets the objectives, at {}",
                       own_.pools[pool_].setup.name, entry.empty() ? "the pool's on-demand price" : entry);
}

Scenario LoadRuns::loaded(const ScenarioFile& file, double load,
                          const std::vector<PlannedObjective>& objectives) const {
    Scenario scenario = file.scenario();
    if (rules_.axis == LoadAxis::kLoad)
        scale_load(scenario, load);
    if (rules_.axis == LoadAxis::kBurstiness)
        scenario.traffic = changed_traffic(
            scenario, [&](const ConfigNode& source) { return burstier_source(source, rules_.every, load); });
    make_repeatable(scenario, race_metrics(objectives), "breakeven", recordings_);
    if (rules_.axis == LoadAxis::kDuty) {
        if (!scenario.horizon)
            throw InputError(scenario.where, "has no end of its traffic, which a duty cycle needs");
        const Duration horizon = *scenario.horizon;
        scenario.traffic = changed_traffic(
            scenario, [&](const ConfigNode& source) { return ended_source(source, horizon); });
        scenario.horizon = from_seconds(std::round(to_seconds(horizon) / load));
    }
    return scenario;
}

Replications LoadRuns::runs(const Scenario& scenario, const std::vector<PlannedObjective>& objectives) const {
    Replications done;
    extend(done, rules_.replications, [&](std::uint64_t replication) {
        return run_replication(scenario, race_metrics(objectives), rules_.vary, replication);
    });
    return done;
}

Candidate LoadRuns::fixed(int workers) const {
    const Scenario scenario = file_.scenario();
    const std::string where = "breakeven";
    const ConfigNode policy = ConfigNode::object(where, {{"name", ConfigNode::text(where, "fixed")},
                                                         {"workers", ConfigNode::integer(where, workers)}});
    const ConfigNode limits = ConfigNode::object(where, {{"max", ConfigNode::integer(where, workers)}});
    ConfigNode pool = scenario.pools[pool_];
    pool = with_member(without_member(pool, "tags"), {"policy", policy});
    pool = with_member(pool, {"workers", limits});
    return {"",
            {{"requires", ConfigNode(where), where},
             {"policy", ConfigNode(where), where},
             {"route", ConfigNode(where), where},
             {"pools", ConfigNode::list(where, {pool}), where}}};
}

bool LoadRuns::seems_to_hold(double load, int workers) const {
    const Replications runs =
        this->runs(loaded(file_.with(fixed(workers).changes), load, objectives_), objectives_);
    if (2 * runs.unsettled() > runs.runs.size())
        return false;
    for (std::size_t k = 0; k < objectives_.size(); ++k) {
        const Estimate figure = estimate(runs.of(k + 1));
        if (figure.never > 0 || figure.mean >= objectives_[k].limit)
            return false;
    }
    return true;
}

std::optional<int> LoadRuns::smallest_fixed(double load) const {
    int too_few = 0;
    int enough = 1;
    while (!seems_to_hold(load, enough)) {
        too_few = enough;
        enough *= 2;
        if (enough > kMostWorkers)
            return std::nullopt;
    }
    while (enough - too_few > 1) {
        const int middle = too_few + (enough - too_few) / 2;
        (seems_to_hold(load, middle) ? enough : too_few) = middle;
    }
    return enough;
}

LoadPoint LoadRuns::at(double load) const {
    LoadPoint point;
    point.load = load;
    const Replications serverless = runs(loaded(file_, load, objectives_), objectives_);
    point.serverless = serverless.of(kCostReading);
    if (!objectives_.empty())
        point.standing = standing_of(objectives_, serverless, nullptr);
    if (other_) {
        // Only its cost: its classes may be others.
        point.on_demand = runs(loaded(*other_, load, {}), {}).of(kCostReading);
        return point;
    }
    point.fixed_workers = smallest_fixed(load);
    if (point.fixed_workers)
        point.on_demand.assign(rules_.replications,
                               Reading::of(hourly(*price_, price_->instances_for(*point.fixed_workers))));
    return point;
}

std::optional<double> LoadRuns::textbook_crossing() const {
    if (!price_ || rules_.axis != LoadAxis::kLoad)
        return std::nullopt;
    const double hours = own_.window_hours();
    const double textbook = to_usd(own_.pools[pool_].bill->reconciliation.textbook) / hours;
    const PoolResult& pool = own_.pools[pool_];
    const double peak_work = static_cast<double>(own_.traffic.peak_per_minute) * pool.mean_slot_seconds;
    const int slots =
        pool.setup.concurrency * (price_->purchase.gpus_per_instance / price_->purchase.gpus_per_worker);
    std::optional<bool> was_dearer;
    for (std::size_t i = 0; i <= kTextbookSteps; ++i) {
        const double load =
            rules_.from *
            std::pow(rules_.to / rules_.from, static_cast<double>(i) / static_cast<double>(kTextbookSteps));
        const std::int64_t instances = instances_with_headroom(from_seconds(peak_work * load), slots);
        const bool dearer = textbook * load >= hourly(*price_, std::max<std::int64_t>(1, instances));
        if (was_dearer && *was_dearer != dearer)
            return load;
        was_dearer = dearer;
    }
    return std::nullopt;
}

std::vector<TextbookLine> LoadRuns::effects() const {
    std::vector<TextbookLine> lines;
    const double hours = own_.window_hours();
    const Reconciliation& bill = own_.pools[pool_].bill->reconciliation;
    lines.push_back({"serverless, calls x seconds x price", to_usd(bill.textbook) / hours});
    for (const BillDifference& difference : bill.differences) {
        if (difference.amount != Money{})
            lines.push_back({std::string(difference.name), to_usd(difference.amount) / hours});
    }
    lines.push_back({"serverless, the bill", to_usd(bill.bill) / hours});
    if (!price_)
        return lines;
    lines.push_back({fmt::format("on demand, {} for the peak minute and 20%", price_->instances),
                     hourly(*price_, price_->instances)});
    if (other_)
        return lines;
    if (const auto workers = smallest_fixed(1))
        lines.push_back(
            {fmt::format("on demand, {} that meet the objectives", price_->instances_for(*workers)),
             hourly(*price_, price_->instances_for(*workers))});
    return lines;
}

}  // namespace spillway
