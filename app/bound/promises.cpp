#include "app/bound/promises.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "sim/core/error.hpp"
#include "sim/metrics/rank.hpp"

namespace spillway {
namespace {

/// Empty for an objective that a fleet which serves nobody could hold, or that bounds no time from arrival.
std::optional<PromiseKind> kind_of(const Slo& slo) {
    if (slo.figure == SloFigure::kShare)
        return slo.measure == SloMeasure::kFailed ? std::optional(PromiseKind::kEver) : std::nullopt;
    if (slo.figure != SloFigure::kPercentile || slo.scope == SloScope::kWarm)
        return std::nullopt;
    switch (slo.measure) {
        case SloMeasure::kTotal:
            return PromiseKind::kAnswer;
        case SloMeasure::kTtft:
            return PromiseKind::kFirstToken;
        case SloMeasure::kTpot:
        case SloMeasure::kQueue:
            return PromiseKind::kEver;  // who does not complete has missed them
        case SloMeasure::kColdShare:
        case SloMeasure::kExposedShare:
        case SloMeasure::kFailed:
            break;
    }
    return std::nullopt;
}

/// What a plan holds a class to: one objective, or a time to first token together with a pace.
struct Choice {
    std::size_t slo;
    std::optional<std::size_t> pace;
    bool operator<(const Choice& other) const {
        return std::tie(slo, pace) < std::tie(other.slo, other.pace);
    }
};

bool is_percentile_of(const Slo& slo, SloMeasure measure) {
    return slo.figure == SloFigure::kPercentile && slo.scope == SloScope::kAll && slo.measure == measure;
}

class Planner {
public:
    Planner(const Scenario& scenario, const std::vector<std::uint64_t>& offered)
        : scenario_(scenario),
          offered_(offered),
          all_(std::accumulate(offered.begin(), offered.end(), std::uint64_t{0})) {}

    std::vector<ServicePlan> run() const {
        std::size_t plans = 0;
        std::vector<std::vector<Choice>> choices;
        for (std::size_t i = 0; i < offered_.size(); ++i) {
            choices.push_back(choices_of(ClassId{static_cast<std::uint32_t>(i)}));
            plans = std::max(plans, choices.back().size());
        }
        std::vector<ServicePlan> result;
        for (std::size_t n = 0; n < plans; ++n) result.push_back(plan(choices, n));
        return result;
    }

private:
    ServicePlan plan(const std::vector<std::vector<Choice>>& choices, std::size_t number) const {
        ServicePlan result;
        std::map<Choice, std::size_t> budgets;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            result.by_class.emplace_back();
            if (choices[i].empty())
                continue;
            const Choice& choice = choices[i][std::min(number, choices[i].size() - 1)];
            const auto [found, fresh] = budgets.try_emplace(choice, result.may_miss.size());
            if (fresh)
                result.may_miss.push_back(may_miss(choice));
            result.by_class.back() = promise(choice, i, found->second);
        }
        add_cold(result);
        return result;
    }

    /// Of several shares of cold starts, a class has its own rather than that of all requests.
    void add_cold(ServicePlan& plan) const {
        plan.cold_by_class.resize(offered_.size());
        for (const Slo& slo : scenario_.slos) {
            if (slo.figure != SloFigure::kShare || slo.measure != SloMeasure::kColdShare)
                continue;
            for (std::size_t i = 0; i < offered_.size(); ++i) {
                // A later attempt may meet workers that the first one did not.
                if (scenario_.classes[i].spec.retry.attempts > 1)
                    continue;
                const bool mine = slo.class_id && slo.class_id->value == i;
                if (mine || (!slo.class_id && !plan.cold_by_class[i]))
                    plan.cold_by_class[i] = plan.may_be_cold.size();
            }
            plan.may_be_cold.push_back(let_go(slo));
        }
    }

    /// Those that limit a time first.
    std::vector<Choice> choices_of(ClassId one) const {
        std::vector<Choice> timed;
        std::vector<Choice> others;
        const auto mine = [&](const Slo& slo) { return !slo.class_id || *slo.class_id == one; };
        for (std::size_t i = 0; i < scenario_.slos.size(); ++i) {
            const Slo& slo = scenario_.slos[i];
            const std::optional<PromiseKind> kind = kind_of(slo);
            if (!kind || !mine(slo))
                continue;
            (*kind == PromiseKind::kEver ? others : timed).push_back({i, std::nullopt});
            if (!is_percentile_of(slo, SloMeasure::kTtft))
                continue;
            for (std::size_t k = 0; k < scenario_.slos.size(); ++k) {
                if (is_percentile_of(scenario_.slos[k], SloMeasure::kTpot) && mine(scenario_.slos[k]))
                    timed.push_back({i, k});
            }
        }
        timed.insert(timed.end(), others.begin(), others.end());
        return timed;
    }

    double may_miss(const Choice& choice) const {
        return may_miss(scenario_.slos[choice.slo]) +
               (choice.pace ? let_go(scenario_.slos[*choice.pace]) : 0);
    }
    double may_miss(const Slo& slo) const {
        // Who completes after the window costs nothing; a settled run leaves few for then.
        return let_go(slo) + (*kind_of(slo) == PromiseKind::kEver ? left_open(all_) : 0);
    }
    double let_go(const Slo& slo) const {
        const std::uint64_t population = slo.class_id ? offered_[slo.class_id->value] : all_;
        if (slo.figure == SloFigure::kShare)
            return std::floor(slo.share_limit * static_cast<double>(population) * (1 + 1e-12));
        return population == 0 ? 0 : static_cast<double>(population - nearest_rank(slo.quantile, population));
    }

    Promise promise(const Choice& choice, std::size_t class_index, std::size_t budget) const {
        const Slo& slo = scenario_.slos[choice.slo];
        Promise promise{*kind_of(slo), slo.limit, Duration::zero(), budget, slo.text};
        if (promise.kind != PromiseKind::kFirstToken)
            return promise;
        if (scenario_.classes[class_index].delivery == Delivery::kWhole) {
            promise.kind = PromiseKind::kAnswer;
        } else if (choice.pace) {
            promise.kind = PromiseKind::kPaced;
            promise.pace = scenario_.slos[*choice.pace].limit;
            promise.text += " with " + scenario_.slos[*choice.pace].text;
        }
        return promise;
    }

    const Scenario& scenario_;
    const std::vector<std::uint64_t>& offered_;
    std::uint64_t all_;
};

}  // namespace

double left_open(std::uint64_t offered) {
    return std::max(1.0, std::floor(0.01 * static_cast<double>(offered)));
}

std::vector<ServicePlan> service_plans(const Scenario& scenario, const std::vector<std::uint64_t>& offered) {
    if (scenario.slos.empty()) {
        throw InputError(scenario.where, "has no objective: without one, the cheapest fleet is none",
                         R"(add "slo": ["p95 ttft < 2s"])");
    }
    std::vector<ServicePlan> plans = Planner(scenario, offered).run();
    if (plans.empty()) {
        throw InputError(scenario.where, "no objective asks for requests to be served: the floor is nothing",
                         R"(a percentile of total or ttft does, and so does "failed < 1%")");
    }
    return plans;
}

}  // namespace spillway
