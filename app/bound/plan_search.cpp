#include "app/bound/plan_search.hpp"

#include <algorithm>

#include "app/bound/just_in_time.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

constexpr double kRequestsPlayed = 3e7;  // over all runs of a search
constexpr double kFewestRuns = 24;
constexpr double kMostRuns = 800;
constexpr double kRunOverhead = 3000;  // of a run, in requests

/// How long after its arrival a request may be taken up.
Duration slack_of(const OfferedRequest& request, const std::optional<Promise>& promise, SimTime horizon) {
    double left = to_seconds(horizon - request.at) - double{request.last_token};
    if (promise && promise->kind == PromiseKind::kAnswer)
        left = to_seconds(promise->limit) - double{request.last_token};
    if (promise && (promise->kind == PromiseKind::kFirstToken || promise->kind == PromiseKind::kPaced))
        left = to_seconds(promise->limit) - double{request.first_token};
    return from_seconds(std::max(0.0, left));
}

class PlanSearch {
public:
    explicit PlanSearch(const Foresight& foresight)
        : seen_(foresight),
          runner_(foresight.scenario, foresight.pool.node, foresight.horizon),
          luck_(StreamKey(foresight.scenario.draws.luck, "plan search"), 0),
          gap_(std::max(foresight.pool.cost.start.billed, Duration{1})) {
        const auto requests = static_cast<double>(seen_.offered.requests.size());
        runs_left_ =
            static_cast<int>(std::clamp(kRequestsPlayed / (requests + kRunOverhead), kFewestRuns, kMostRuns));
        most_ = std::max(1, seen_.pool.spec->max_workers + seen_.pool.spec->excess);
    }

    std::optional<PlanRun> run() {
        for (const double share : {1.0, 0.9, 0.75, 0.5}) {
            for (const double part : {1.0, 0.5})
                improve(just_in_time(jobs(share), seen_.pool.spec->concurrency, part_of_gap(part), most_));
        }
        double wait = 0;
        for (const double share : {0.0, 0.5, 0.9}) {
            if (improve(planned(share, 1)))
                wait = share;
        }
        for (const double factor : {0.85, 0.7, 1.25, 2.0}) improve(planned(wait, factor));
        tighten();
        climb();
        tighten();
        return std::move(best_);
    }

private:
    Duration part_of_gap(double part) const { return from_seconds(part * to_seconds(gap_)); }

    /// Everybody may wait for `share` of the time that its objective leaves.
    std::vector<TimedJob> jobs(double share) const {
        std::vector<TimedJob> jobs;
        for (const OfferedRequest& request : seen_.offered.requests) {
            const auto& promise = seen_.plan.by_class[request.class_id.value];
            const double wait = share * to_seconds(slack_of(request, promise, seen_.horizon));
            const double work = double{request.work} * seen_.pool.cost.workers * seen_.pool.spec->concurrency;
            const double lasts = std::max({1e-6, double{request.duration}, work});
            jobs.push_back({request.at, from_seconds(wait), from_seconds(lasts)});
        }
        return jobs;
    }

    /// Everybody is served when `share` of the time has passed that it may wait.
    FleetPlan planned(double share, double factor) const {
        std::vector<Load> loads;
        const double slot = 1.0 / seen_.pool.spec->concurrency;
        for (const OfferedRequest& request : seen_.offered.requests) {
            const auto& promise = seen_.plan.by_class[request.class_id.value];
            const Duration wait = slack_of(request, promise, seen_.horizon);
            const SimTime from = request.at + from_seconds(share * to_seconds(wait));
            const double lasts = std::max(1e-9, double{request.duration});
            const double work = double{request.work} * seen_.pool.cost.workers;
            loads.push_back({from, from + from_seconds(lasts), std::max(slot, work / lasts)});
        }
        return plan_for(loads, factor, gap_, most_);
    }

    /// Runs it and the parts of it that are left when the least used stints go; true when the best got
    /// better.
    bool improve(FleetPlan plan) {
        std::stable_sort(plan.begin(), plan.end(),
                         [](const Stint& a, const Stint& b) { return a.used < b.used; });
        std::size_t kept = 0;              // so many may go
        std::size_t broken = plan.size();  // so many may not
        if (!consider(plan))
            return false;
        bool better = newest_is_best_;
        while (broken - kept > 1) {
            const std::size_t middle = kept + (broken - kept) / 2;
            const bool met = consider({plan.begin() + static_cast<std::ptrdiff_t>(middle), plan.end()});
            (met ? kept : broken) = middle;
            better = better || (met && newest_is_best_);
        }
        return better;
    }

    /// True when it meets the objectives.
    bool consider(FleetPlan plan) {
        newest_is_best_ = false;
        if (runs_left_ <= 0)
            return false;
        --runs_left_;
        PlanRun run = runner_.run(std::move(plan));
        if (!run.meets)
            return false;
        newest_is_best_ = !best_ || run.result.cost < best_->result.cost;
        if (newest_is_best_)
            best_ = std::move(run);
        return true;
    }

    /// Plans anew for what the workers of the best plan were really used for.
    void tighten() {
        for (bool better = best_.has_value(); better;) {
            better = false;
            for (const double part : {1.0, 0.6}) {
                better = improve(plan_for(best_->loads, 1, part_of_gap(part), most_)) || better;
            }
        }
    }

    /// Changes some stints at random and keeps what is cheaper: fewer of them, later begins, earlier ends.
    void climb() {
        double part = 0.2;
        while (best_ && !best_->plan.empty() && runs_left_ > 8) {
            FleetPlan plan = best_->plan;
            const auto count = static_cast<double>(plan.size());
            const auto changes = static_cast<std::size_t>(std::max(1.0, part * count));
            for (std::size_t i = 0; i < changes && !plan.empty(); ++i) change(plan);
            const bool met = consider(std::move(plan));
            part = met && newest_is_best_ ? std::min(0.5, part * 1.5) : std::max(0.5 / count, part * 0.8);
        }
    }

    void change(FleetPlan& plan) {
        const auto at = static_cast<std::size_t>(luck_.uniform() * static_cast<double>(plan.size()));
        Stint& stint = plan[std::min(at, plan.size() - 1)];
        const double what = luck_.uniform();
        const double most = std::min(to_seconds(gap_), to_seconds(stint.until - stint.from));
        const Duration by = from_seconds(luck_.uniform() * most);
        if (what < 0.2) {
            stint = plan.back();
            plan.pop_back();
        } else if (what < 0.6) {
            stint.from += by;
        } else {
            stint.until -= by;
        }
    }

    const Foresight& seen_;
    PlanRunner runner_;
    RandomStream luck_;
    Duration gap_;  // a shorter one is cheaper idle than with another start
    int runs_left_ = 0;
    int most_ = 1;
    std::optional<PlanRun> best_;
    bool newest_is_best_ = false;
};

}  // namespace

std::optional<PlanRun> best_plan(const Foresight& foresight) { return PlanSearch(foresight).run(); }

}  // namespace spillway
