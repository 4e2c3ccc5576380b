#include "app/advise/advice_part.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::size_t kFirstObjective = 1;  // the cost comes before them

/// " for class=people" where there are several classes.
std::string of_headline(const Scenario& scenario) {
    const std::vector<std::string> names = scenario.class_names();
    return names.size() < 2 ? std::string{} : " for class=" + names[scenario.headline];
}

bool streams(const Scenario& scenario) {
    return scenario.classes.empty() || scenario.classes[scenario.headline].delivery == Delivery::kStreamed;
}

/// The latencies that rows show.
std::vector<Metric> shown_metrics(const Scenario& scenario) {
    const std::string whose = of_headline(scenario);
    std::vector<Metric> metrics{parse_metric("p95 total" + whose, "advise"),
                                parse_metric("p99 total" + whose, "advise")};
    if (streams(scenario))
        metrics.push_back(parse_metric("p95 ttft" + whose, "advise"));
    return metrics;
}

std::string figure_words(const PlannedObjective& objective, const Estimate& figure) {
    if (figure.never > 0)
        return fmt::format("{}: never in {} of {}", objective.text, figure.never, figure.replications);
    return fmt::format("{}: {} ± {}", objective.text, show_value(objective.metric.unit, figure.mean),
                       show_value(objective.metric.unit, figure.half_width));
}

}  // namespace

AdvicePart::AdvicePart(const ScenarioFile& file, TrafficPart part, const std::optional<Duration>& cut,
                       const Vary& vary, std::uint64_t replications)
    : file_(file),
      part_(part),
      cut_(cut),
      vary_(vary),
      recordings_(std::make_shared<Recordings>()),
      scenario_(file.scenario()) {
    own_objectives_ = !scenario_.slos.empty();
    const std::vector<Metric> latencies = shown_metrics(scenario_);
    if (own_objectives_) {
        objectives_ = planned_objectives(scenario_);
    } else {
        for (const Metric& one : latencies) objectives_.push_back({one.name, one, 0});
        objectives_.push_back({"failed", parse_metric("failed", "advise"), 0});
    }
    metrics_ = race_metrics(objectives_);
    for (const Metric& one : latencies) {
        shown_.push_back(metrics_.size());
        metrics_.push_back(one);
    }
    metrics_.push_back(parse_metric("month", "advise"));
    scenario_ = ready(file_);
    extend(base_, replications, [&](std::uint64_t replication) {
        return run_replication(scenario_, metrics_, vary_, replication);
    });
    if (estimate(base_.of(kCostReading)).values() < base_.runs.size())
        throw InputError(scenario_.where, "a pool has no price, so that nothing is known to save money",
                         R"(write "price": "$2.49/h", or {"catalog": ...}; `spillway list prices`)");
    if (!own_objectives_)
        promise_what_is();
}

Scenario AdvicePart::ready(const ScenarioFile& file) const {
    Scenario scenario = file.scenario();
    take_part(scenario, part_, cut_);
    make_repeatable(scenario, metrics_, "advise", recordings_);
    return scenario;
}

void AdvicePart::promise_what_is() {
    for (std::size_t k = 0; k < objectives_.size(); ++k) {
        PlannedObjective& one = objectives_[k];
        const Estimate figure = estimate(base_.of(kFirstObjective + k));
        if (!figure.has_mean())
            throw InputError(scenario_.where,
                             fmt::format("has no objective, and {} is not reached as it stands", one.text),
                             "--slo 'p95 total < 30s' says what savings must hold");
        one.limit = one.metric.is_share ? figure.mean + kNearEnoughFailed : figure.mean * (1 + kNearEnough);
        one.text += fmt::format(" < {}", show_value(one.metric.unit, one.limit));
    }
}

Replications AdvicePart::run(const Candidate& candidate) const {
    const Scenario scenario = ready(file_.with(candidate.changes));
    Replications runs;
    extend(runs, base_.runs.size(), [&](std::uint64_t replication) {
        return run_replication(scenario, metrics_, vary_, replication);
    });
    return runs;
}

std::vector<Reading> AdvicePart::base_readings(std::size_t metric, const Replications& runs) const {
    std::vector<Reading> readings = base_.of(metric);
    readings.resize(std::min(readings.size(), runs.runs.size()), Reading::nothing());
    return readings;
}

/// The figure that is held against the limit. What must stay near what is, is told by the difference of
/// pairs: the traffic, good and bad, is the same on both sides.
Estimate AdvicePart::judged(std::size_t objective, const Replications& runs) const {
    const std::size_t metric = kFirstObjective + objective;
    const Estimate figure = estimate(runs.of(metric));
    if (own_objectives_ || figure.never > 0 || figure.values() < 2)
        return figure;
    Estimate paired = estimate(differences(base_readings(metric, runs), runs.of(metric)));
    paired.mean += estimate(base_.of(metric)).mean;
    return paired;
}

Standing AdvicePart::standing(const Replications& runs, std::string& why) const {
    if (2 * runs.unsettled() > runs.runs.size()) {
        why = fmt::format("did not settle in {} of {} replications: {}", runs.unsettled(), runs.runs.size(),
                          runs.unsettled_reason());
        return Standing::kMisses;
    }
    Standing worst = Standing::kHolds;
    for (std::size_t k = 0; k < objectives_.size(); ++k) {
        const Estimate figure = judged(k, runs);
        const Standing standing = standing_of(objectives_[k], figure);
        if (standing <= worst)
            continue;
        worst = standing;
        why = figure_words(objectives_[k], figure);
    }
    return worst;
}

double AdvicePart::worst_ratio(const Replications& runs) const {
    double worst = 0;
    for (std::size_t k = 0; k < objectives_.size(); ++k) {
        const Estimate figure = judged(k, runs);
        if (figure.never > 0)
            return std::numeric_limits<double>::infinity();
        if (figure.values() > 0 && objectives_[k].limit > 0)
            worst = std::max(worst, figure.mean / objectives_[k].limit);
    }
    return worst;
}

}  // namespace spillway
