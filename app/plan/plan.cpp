#include "app/plan/plan.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/io/json_text.hpp"
#include "app/report/format.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

double tuned_cost(const Contender& one) { return estimate(one.runs.of(kCostReading)).mean; }

/// The cheapest of the race that may hold: first those that ran to its end.
std::vector<std::size_t> pick_finalists(const std::vector<Contender>& contenders, std::uint64_t count) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        if (contenders[i].state == RaceState::kIn || contenders[i].state == RaceState::kDearer)
            numbers.push_back(i);
    }
    // Those that are out as dearer have fewer runs: a mean of these may lie below those of what beat them.
    std::stable_sort(numbers.begin(), numbers.end(), [&](std::size_t a, std::size_t b) {
        return std::pair(contenders[a].state, tuned_cost(contenders[a])) <
               std::pair(contenders[b].state, tuned_cost(contenders[b]));
    });
    numbers.resize(std::min<std::size_t>(numbers.size(), count));
    return numbers;
}

Finalist confirm(const PlanGround& ground, const Plan& plan, std::size_t number, const PlanRules& rules) {
    Finalist one;
    one.contender = number;
    const std::vector<Metric> metrics = race_metrics(plan.objectives);
    try {
        const Scenario scenario =
            candidate_scenario(ground, plan.contenders[number].candidate, TrafficPart::kConfirm);
        extend(one.runs, rules.confirm, [&](std::uint64_t replication) {
            return run_replication(scenario, metrics, rules.race.vary, replication);
        });
        one.standing = standing_of(plan.objectives, one.runs, &one.miss);
    } catch (const InputError& error) {
        one.runs.runs.clear();
        one.standing = Standing::kMisses;
        one.miss = error.what();
    }
    return one;
}

/// Of the replications, those in which the winner was the cheapest of the finalists that hold.
double share_cheapest(const Plan& plan) {
    const Replications& winner = plan.finalists[*plan.winner].runs;
    std::size_t wins = 0;
    for (std::size_t run = 0; run < winner.runs.size(); ++run) {
        const double mine = winner.runs[run].readings[kCostReading].value();
        wins += std::all_of(plan.finalists.begin(), plan.finalists.end(),
                            [&](const Finalist& other) {
                                return other.standing != Standing::kHolds ||
                                       other.runs.runs[run].readings[kCostReading].value() >= mine;
                            })
                    ? 1
                    : 0;
    }
    return static_cast<double>(wins) / static_cast<double>(winner.runs.size());
}

void choose_winner(Plan& plan) {
    std::stable_sort(plan.finalists.begin(), plan.finalists.end(), [](const Finalist& a, const Finalist& b) {
        if (a.runs.runs.empty() || b.runs.runs.empty())
            return !a.runs.runs.empty() && b.runs.runs.empty();
        return estimate(a.runs.of(kCostReading)).mean < estimate(b.runs.of(kCostReading)).mean;
    });
    for (std::size_t i = 0; i < plan.finalists.size() && !plan.winner; ++i) {
        if (plan.finalists[i].standing == Standing::kHolds)
            plan.winner = i;
    }
    if (!plan.winner)
        return;
    for (std::size_t i = 0; i < plan.finalists.size(); ++i) {
        if (i != *plan.winner && !plan.finalists[i].runs.runs.empty())
            plan.finalists[i].dearer = relative_change(plan.finalists[*plan.winner].runs.of(kCostReading),
                                                       plan.finalists[i].runs.of(kCostReading));
    }
    plan.share_cheapest = share_cheapest(plan);
}

}  // namespace

ScenarioFile with_objectives(const ScenarioFile& file, const std::vector<std::string>& objectives) {
    if (objectives.empty())
        return file;
    std::vector<ConfigNode> list;
    list.reserve(objectives.size());
    for (const std::string& text : objectives) list.push_back(ConfigNode::text("--slo", text));
    std::vector<FieldChange> changes{{"slo", ConfigNode::list("--slo", std::move(list)), "--slo"}};
    const ConfigNode* classes = file.node().find("classes");
    for (std::size_t i = 0; classes != nullptr && i < classes->items().size(); ++i)
        changes.push_back({fmt::format("classes[{}].slo", i), ConfigNode("--slo"), "--slo"});
    return file.with(changes);
}

std::string candidate_file(const ScenarioFile& file, const Candidate& candidate) {
    return json_file_text(file.with(candidate.changes).node());
}

Plan make_plan(const ScenarioFile& file, const std::vector<Candidate>& candidates, const PlanRules& rules) {
    const Scenario scenario = file.scenario();
    Plan plan;
    plan.scenario = scenario.name;
    plan.objectives = planned_objectives(scenario);
    plan.vary = rules.race.vary;
    const std::optional<Duration> cut = cutting_point(scenario);
    plan.split = cut ? fmt::format("tuned on the first {} of the traffic, confirmed on the next {}",
                                   show(*cut), show(*cut))
                     : std::string("tuned on some draws of the traffic, confirmed on others");
    plan.contenders = race(file, candidates, plan.objectives, rules.race, cut);
    const std::vector<std::size_t> numbers = pick_finalists(plan.contenders, rules.finalists);
    plan.finalists.resize(numbers.size());
    const PlanGround ground{file, plan.objectives, cut, std::make_shared<Recordings>()};
    parallel_for(numbers.size(),
                 [&](std::size_t i) { plan.finalists[i] = confirm(ground, plan, numbers[i], rules); });
    choose_winner(plan);
    return plan;
}

}  // namespace spillway
