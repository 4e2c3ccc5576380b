#include "app/run/run_scenario.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/run/month.hpp"
#include "app/run/traffic_profile.hpp"
#include "sim/billing/meter.hpp"
#include "sim/billing/planner_cost.hpp"
#include "sim/core/error.hpp"
#include "sim/metrics/gap_recorder.hpp"
#include "sim/metrics/recorder.hpp"
#include "sim/metrics/stage_recorder.hpp"

namespace spillway {
namespace {

/// Completed requests inside the deadline of their class.
class DeadlineCounter final : public RequestObserver {
public:
    explicit DeadlineCounter(const Scenario& scenario)
        : classes_(scenario.classes), met_(scenario.classes.size()) {}

    /// Whether there is anything to count.
    bool has_deadlines() const {
        return std::any_of(classes_.begin(), classes_.end(),
                           [](const ScenarioClass& one) { return one.deadline.has_value(); });
    }
    void request_ended(const RequestRecord& request) override {
        if (!request.measured || request.outcome != Outcome::kCompleted)
            return;
        const std::optional<Duration>& deadline = classes_[request.class_id.value].deadline;
        if (deadline && request.total() <= *deadline)
            ++met_[request.class_id.value];
    }
    std::uint64_t met(std::size_t one) const { return met_[one]; }

private:
    const std::vector<ScenarioClass>& classes_;
    std::vector<std::uint64_t> met_;
};

void add_deadlines(const Scenario& scenario, const DeadlineCounter& counter, RunResult& result) {
    for (std::size_t i = 0; i < scenario.classes.size(); ++i) {
        DeadlineResult& one = result.deadlines.emplace_back();
        one.deadline = scenario.classes[i].deadline;
        one.met = counter.met(i);
        const RequestCounts& count = result.summary.classes[i].requests;
        one.completed_per_hour = static_cast<double>(count.completed) / result.window_hours();
        one.output_tokens_per_hour = static_cast<double>(count.output_tokens) / result.window_hours();
    }
}

Recorder make_recorder(const Scenario& scenario) {
    std::vector<MeasuredClass> classes;
    for (const ScenarioClass& one : scenario.classes) classes.push_back({one.spec.name, one.delivery});
    return {std::move(classes), scenario.slos, scenario.figures};
}

Meter make_meter(const Scenario& scenario, const Assembly& assembly) {
    return Meter(purchases_of(assembly), std::chrono::seconds{scenario.wall_clock % 3600});
}

void add_worker_counts(PoolResult& pool) {
    Duration all{0};
    double weighted = 0;
    const std::vector<Duration>& times = pool.usage.time_at_workers;
    for (std::size_t n = 0; n < times.size(); ++n) {
        all += times[n];
        weighted += static_cast<double>(n) * to_seconds(times[n]);
    }
    if (all == Duration::zero())
        return;
    pool.workers_mean = weighted / to_seconds(all);
    Duration below{0};
    for (std::size_t n = 0; n < times.size(); ++n) {
        below += times[n];
        if (2 * below >= all) {
            pool.workers_p50 = static_cast<int>(n);
            return;
        }
    }
}

/// Worker time that costs money, before rounding.
SummedTime paid_time(const PoolResult& pool) {
    const BilledStates billed = pool.setup.purchase ? pool.setup.purchase->contract.billed : BilledStates{};
    SummedTime paid{0};
    for (std::size_t i = 0; i < kWorkerStates; ++i) {
        if (bills(billed, static_cast<WorkerState>(i)))
            paid += pool.usage.state_time[i];
    }
    return paid;
}

void add_shares(PoolResult& pool, std::uint64_t completed) {
    if (completed > 0)
        pool.mean_slot_seconds = to_seconds(pool.usage.slot_time) / static_cast<double>(completed);
    const double paid = to_seconds(paid_time(pool));
    if (paid == 0 || completed == 0)
        return;
    const auto spent = [&](WorkerState state) {
        return to_seconds(pool.usage.state_time[static_cast<std::size_t>(state)]);
    };
    pool.occupied_share = (spent(WorkerState::kBusy) + spent(WorkerState::kDraining)) / paid;
    const double best = pool.setup.service->best_rate({completed, pool.mean_slot_seconds, pool.usage.engine},
                                                      pool.setup.concurrency);
    if (best > 0)
        pool.loaded_share = static_cast<double>(completed) / best / paid;
}

PoolBill price_pool(const PoolResult& pool, const Meter& meter, const std::optional<Ratio>& month) {
    PoolBill result;
    result.purchase = meter.purchase(pool.usage.pool);
    result.totals = meter.totals(pool.usage);
    result.bill = price_usage(result.purchase, result.totals);
    result.reconciliation = reconcile(result.purchase, result.totals, result.bill);
    if (month) {
        result.month = price_usage(result.purchase, result.totals, *month);
        result.month_reconciliation = reconcile(result.purchase, result.totals, *result.month);
    }
    return result;
}

/// What a planner would have written on the back of an envelope.
void add_envelopes(const PriceBook& book, RunResult& result) {
    for (std::size_t i = 0; i < result.pools.size(); ++i) {
        if (!result.pools[i].bill)
            continue;
        PoolBill& bill = *result.pools[i].bill;
        if (!bill.purchase.contract.price) {
            const Ratio scale = month_scale(bill.purchase.contract, bill.totals.window);
            const Bill month = price_usage(bill.purchase, bill.totals, scale);
            bill.textbook_month = reconcile(bill.purchase, bill.totals, month).textbook;
            continue;
        }
        bill.textbook_month = serverless_month(bill.purchase, bill.totals);
        bill.on_demand = on_demand_cost(result.pools, i, result.traffic, book);
    }
}

/// The fleet kept up when little is left at the end and the backlog was not growing all along.
void judge_settled(RunResult& result) {
    const auto offered = static_cast<double>(result.summary.all.requests.offered);
    const auto left = static_cast<double>(result.leftover.requests);
    const auto& open = result.leftover.open_by_quarter;
    if (left > std::max(1.0, 0.01 * offered)) {
        result.unsettled_reason = fmt::format(
            "{} requests were still open at the end, as many as {:.1f}% of those offered in the window",
            result.leftover.requests, 100 * left / offered);
    } else if (open[1] * 1.3 < open[2] && open[2] * 1.2 < open[3] && left >= open[3] &&
               left > std::max(10.0, 0.001 * offered)) {
        result.unsettled_reason = "the number of open requests was still growing at the end";
    }
    result.settled = result.unsettled_reason.empty();
}

void add_pools(const Assembly& assembly, const Fleet& fleet, const Meter& meter, RunResult& result) {
    for (std::uint32_t i = 0; i < assembly.pools.size(); ++i) {
        PoolResult& pool = result.pools.emplace_back();
        pool.setup = assembly.pools[i];
        pool.usage = fleet.usage({i});
        add_worker_counts(pool);
        add_shares(pool, meter.completed({i}));
        if (pool.has_engine())
            pool.beyond_measured = pool.setup.service->beyond_measured(pool.usage.engine);
    }
}

void add_money(const Scenario& scenario, const PriceBook& book, const Meter& meter, RunResult& result) {
    const MonthPlan plan = plan_month(scenario, result.horizon, result.settled);
    result.month_basis = plan.basis;
    result.priced = true;
    if (plan.scale)
        result.month = Money{};
    for (PoolResult& pool : result.pools) {
        if (!pool.setup.purchase) {
            result.priced = false;
            continue;
        }
        pool.bill = price_pool(pool, meter, plan.scale);
        result.cost += pool.bill->bill.total;
        if (plan.scale)
            *result.month += pool.bill->month->total;
        if (pool.bill->purchase.contract.price) {
            const Int128 gpu_ns = pool.usage.drain_busy.count() * pool.bill->purchase.gpus_per_worker;
            result.drain_cost += charge_gpu_time(pool.bill->purchase, gpu_ns);
        }
    }
    if (!result.priced)
        result.month.reset();
    add_envelopes(book, result);
}

/// The fleet knows no files: what it refuses of a pool, the user wrote in the scenario's.
std::unique_ptr<Fleet> make_fleet(const Scenario& scenario, FleetSpec spec, RequestSource& source) {
    try {
        return std::make_unique<Fleet>(std::move(spec), source);
    } catch (const InputError& error) {
        throw InputError(fmt::format("{}: {}", scenario.where, error.where()), error.problem(), error.hint());
    }
}

}  // namespace

std::vector<Purchase> purchases_of(const Assembly& assembly) {
    std::vector<Purchase> purchases;
    for (std::size_t i = 0; i < assembly.pools.size(); ++i) {
        const PoolSpec& spec = assembly.fleet.pools[i];
        Purchase unpriced;
        unpriced.gpus_per_worker = spec.gpus_per_worker;
        unpriced.gpus_per_instance = spec.gpus_per_instance;
        purchases.push_back(assembly.pools[i].purchase.value_or(unpriced));
    }
    return purchases;
}

RunResult run_assembled(const Scenario& scenario, Assembly& assembly, const Onlookers& onlookers) {
    ProfiledSource source(*assembly.source);
    Recorder recorder = make_recorder(scenario);
    Meter meter = make_meter(scenario, assembly);
    DeadlineCounter deadlines(scenario);
    StageRecorder stages;
    GapRecorder gaps;
    const std::unique_ptr<Fleet> made = make_fleet(scenario, std::move(assembly.fleet), source);
    Fleet& fleet = *made;
    fleet.observe(static_cast<RequestObserver&>(recorder));
    fleet.observe(static_cast<RequestObserver&>(meter));
    fleet.observe(static_cast<UsageObserver&>(meter));
    fleet.observe(gaps);
    if (!assembly.stages.empty())
        fleet.observe(stages);
    if (deadlines.has_deadlines())
        fleet.observe(deadlines);
    for (RequestObserver* observer : onlookers.requests) fleet.observe(*observer);
    for (DecisionObserver* observer : onlookers.decisions) fleet.observe(*observer);
    for (SnapshotObserver* observer : onlookers.snapshots) fleet.observe(*observer);
    for (UsageObserver* observer : onlookers.usages) fleet.observe(*observer);
    for (StepObserver* observer : onlookers.steps) fleet.observe(*observer);
    for (ControlObserver* observer : onlookers.controls) fleet.observe(*observer);
    fleet.run();

    RunResult result;
    result.scenario = scenario.name;
    result.headline = scenario.headline;
    result.horizon = fleet.horizon();
    result.summary = recorder.summarise();
    result.leftover = fleet.leftover();
    result.events = fleet.events();
    result.ruled_out = scenario.ruled_out;
    result.required_tags = scenario.required_tags;
    result.reads.assign(assembly.reads.counts().begin(), assembly.reads.counts().end());
    result.model_errors = assembly.model_errors;
    result.traffic = source.profile();
    judge_settled(result);
    add_deadlines(scenario, deadlines, result);
    for (const StageSetup& stage : assembly.stages)
        result.stages.push_back({stage, stages.figures(stage.class_id, stage.stage)});
    add_pools(assembly, fleet, meter, result);
    result.itl = gaps.all();
    for (PoolResult& pool : result.pools) pool.itl = gaps.of(pool.usage.pool);
    add_money(scenario, assembly.prices, meter, result);
    for (PoolResult& pool : result.pools) pool.setup.service = nullptr;  // it goes with the fleet
    return result;
}

RunResult run_scenario(const Scenario& scenario, const Onlookers& onlookers) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    return run_assembled(scenario, *assembly, onlookers);
}

}  // namespace spillway
