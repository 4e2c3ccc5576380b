#include "app/plan/race.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

void put_out(Contender& one, RaceState state, std::string reason) {
    one.state = state;
    one.reason = std::move(reason);
}

/// Adds replications to all that are left, each spread over threads.
void run_round(std::vector<Contender>& contenders, const std::vector<std::optional<Scenario>>& scenarios,
               const std::vector<Metric>& metrics, const RaceRules& rules, std::uint64_t wanted) {
    parallel_for(contenders.size(), [&](std::size_t i) {
        Contender& one = contenders[i];
        if (one.state != RaceState::kIn)
            return;
        try {
            extend(one.runs, wanted, [&](std::uint64_t replication) {
                return run_replication(*scenarios[i], metrics, rules.vary, replication);
            });
        } catch (const InputError& error) {
            one.runs.runs.clear();
            put_out(one, RaceState::kRefused, error.what());
        }
    });
}

double cost_of(const Contender& one) { return estimate(one.runs.of(kCostReading)).mean; }

/// The cheapest whose figures lie below the limits in the mean; nullptr when there is none.
const Contender* cheapest_that_seems_to_hold(const std::vector<Contender>& contenders,
                                             const std::vector<PlannedObjective>& objectives) {
    const Contender* best = nullptr;
    for (const Contender& one : contenders) {
        if (one.state != RaceState::kIn)
            continue;
        bool seems = true;
        for (std::size_t k = 0; k < objectives.size(); ++k)
            seems = seems && estimate(one.runs.of(k + 1)).mean < objectives[k].limit;
        if (seems && (best == nullptr || cost_of(one) < cost_of(*best)))
            best = &one;
    }
    return best;
}

void drop_unpriced(std::vector<Contender>& contenders) {
    for (Contender& one : contenders) {
        if (one.state == RaceState::kIn &&
            estimate(one.runs.of(kCostReading)).values() < one.runs.runs.size())
            put_out(one, RaceState::kRefused, "a pool has no price");
    }
}

void drop_infeasible(std::vector<Contender>& contenders, const std::vector<PlannedObjective>& objectives) {
    for (Contender& one : contenders) {
        std::string why;
        if (one.state == RaceState::kIn && standing_of(objectives, one.runs, &why) == Standing::kMisses)
            put_out(one, RaceState::kInfeasible, std::move(why));
    }
}

/// Of those left, the dearer half, as far as their costs are known to be above the best one's.
void drop_dearer(std::vector<Contender>& contenders, const std::vector<PlannedObjective>& objectives) {
    const Contender* best = cheapest_that_seems_to_hold(contenders, objectives);
    if (best == nullptr)
        return;
    std::vector<Contender*> left;
    for (Contender& one : contenders) {
        if (one.state == RaceState::kIn && &one != best)
            left.push_back(&one);
    }
    std::stable_sort(left.begin(), left.end(),
                     [](const Contender* a, const Contender* b) { return cost_of(*a) < cost_of(*b); });
    for (std::size_t i = left.size() / 2; i < left.size(); ++i) {
        const auto more = relative_change(best->runs.of(kCostReading), left[i]->runs.of(kCostReading));
        if (more && more->low() > 0)
            put_out(*left[i], RaceState::kDearer,
                    fmt::format("{:+.1f}% ± {:.1f}% against {}", 100 * more->mean, 100 * more->half_width,
                                best->candidate.label));
    }
}

}  // namespace

std::vector<Metric> race_metrics(const std::vector<PlannedObjective>& objectives) {
    std::vector<Metric> metrics{parse_metric("cost", "plan")};
    for (const PlannedObjective& one : objectives) metrics.push_back(one.metric);
    return metrics;
}

Standing standing_of(const std::vector<PlannedObjective>& objectives, const Replications& runs,
                     std::string* why) {
    if (2 * runs.unsettled() > runs.runs.size()) {
        if (why != nullptr)
            *why = fmt::format("did not settle in {} of {} replications: {}", runs.unsettled(),
                               runs.runs.size(), runs.unsettled_reason());
        return Standing::kMisses;
    }
    Standing worst = Standing::kHolds;
    for (std::size_t k = 0; k < objectives.size(); ++k) {
        const Estimate figure = estimate(runs.of(k + 1));
        const Standing standing = standing_of(objectives[k], figure);
        worst = std::max(worst, standing);
        if (standing != Standing::kMisses || why == nullptr)
            continue;
        *why = figure.never > 0 ? fmt::format("{}: never in {} of {}", objectives[k].text, figure.never,
                                              figure.replications)
                                : fmt::format("{}: {} ± {}", objectives[k].text,
                                              show_value(objectives[k].metric.unit, figure.mean),
                                              show_value(objectives[k].metric.unit, figure.half_width));
        return worst;
    }
    return worst;
}

Scenario candidate_scenario(const PlanGround& ground, const Candidate& candidate, TrafficPart part) {
    Scenario scenario = ground.file.with(candidate.changes).scenario();
    take_part(scenario, part, ground.cut);
    make_repeatable(scenario, race_metrics(ground.objectives), "plan", ground.recordings);
    return scenario;
}

std::vector<Contender> race(const ScenarioFile& file, const std::vector<Candidate>& candidates,
                            const std::vector<PlannedObjective>& objectives, const RaceRules& rules,
                            const std::optional<Duration>& cut) {
    const PlanGround ground{file, objectives, cut, std::make_shared<Recordings>()};
    const std::vector<Metric> metrics = race_metrics(objectives);
    std::vector<Contender> contenders(candidates.size());
    std::vector<std::optional<Scenario>> scenarios(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        contenders[i].candidate = candidates[i];
        try {
            scenarios[i] = candidate_scenario(ground, candidates[i], TrafficPart::kTune);
        } catch (const InputError& error) {
            put_out(contenders[i], RaceState::kRefused, error.what());
        }
    }
    std::uint64_t wanted = rules.first;
    for (std::uint64_t round = 0; round < rules.rounds; ++round, wanted *= 2) {
        run_round(contenders, scenarios, metrics, rules, wanted);
        drop_unpriced(contenders);
        drop_infeasible(contenders, objectives);
        drop_dearer(contenders, objectives);
    }
    return contenders;
}

}  // namespace spillway
