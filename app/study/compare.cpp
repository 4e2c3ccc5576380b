#include "app/study/compare.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <boost/math/distributions/binomial.hpp>

namespace spillway {
namespace {

/// The same draws, replication by replication.
bool are_pairs(const ScenarioRuns& base, const ScenarioRuns& head) {
    return base.seed == head.seed && base.runs.begin == head.runs.begin && base.vary == head.vary &&
           base.runs.runs.size() == head.runs.runs.size();
}

std::optional<Change> paired_difference(const std::vector<Reading>& base, const std::vector<Reading>& head) {
    const Estimate figure = estimate(differences(base, head));
    if (!figure.has_interval() || figure.nothing > 0)
        return std::nullopt;
    return Change{figure.mean, figure.half_width};
}

Verdict better_or_worse(Direction direction, bool grew) {
    if (direction == Direction::kNeither)
        return Verdict::kChanged;
    return grew == (direction == Direction::kHigherIsBetter) ? Verdict::kBetter : Verdict::kWorse;
}

/// By where an interval lies, beside 0 and beside what matters.
Verdict by_interval(const Change& change, double same_within, Direction direction) {
    if (change.low() >= -same_within && change.high() <= same_within)
        return Verdict::kSame;
    if (change.low() > 0 || change.high() < 0)
        return better_or_worse(direction, change.mean > 0);
    return Verdict::kUnclear;
}

/// Whether so many of one kind and of the other may be luck: the two-sided sign test.
bool may_be_luck(std::uint64_t first, std::uint64_t second) {
    const auto all = static_cast<double>(first + second);
    const auto more = static_cast<double>(std::max(first, second));
    const boost::math::binomial law(all, 0.5);
    return 2 * boost::math::cdf(boost::math::complement(law, more - 1)) > 1 - kConfidence;
}

/// Where figures are never reached or missing, their counts decide.
void judge_without_values(MetricComparison& one) {
    const bool base_empty = one.base.values() == 0 && one.base.never == 0;
    const bool head_empty = one.head.values() == 0 && one.head.never == 0;
    if (base_empty && head_empty) {
        one.verdict = Verdict::kSame;
        one.reason = "nothing to measure in either";
    } else if (base_empty || head_empty) {
        one.verdict = Verdict::kMissing;
        one.reason = base_empty ? "base has nothing to measure" : "head has nothing to measure";
    } else if (one.base.never != one.head.never) {
        one.verdict = may_be_luck(one.base.never, one.head.never)
                          ? Verdict::kUnclear
                          : better_or_worse(one.metric.direction, one.head.never > one.base.never);
        one.reason = fmt::format("never reached in {} of base's replications, {} of head's", one.base.never,
                                 one.head.never);
    } else {
        const bool always =
            one.base.never == one.base.replications && one.head.never == one.head.replications;
        one.verdict = always ? Verdict::kSame : Verdict::kUnclear;
        one.reason =
            one.base.never == 0 ? "fewer than two replications have it" : "never reached in some of both";
    }
}

MetricComparison compare_metric(const Metric& metric, const std::vector<Reading>& base,
                                const std::vector<Reading>& head, bool paired) {
    MetricComparison one;
    one.metric = metric;
    one.base = estimate(base);
    one.head = estimate(head);
    one.relative = paired ? relative_change(base, head) : unpaired_change(base, head);
    one.difference = paired ? paired_difference(base, head) : unpaired_difference(base, head);
    if (paired && base == head) {
        one.verdict = Verdict::kSame;
    } else if (metric.unit == MetricUnit::kShare && one.difference) {
        one.verdict = by_interval(*one.difference, kSameShareWithin, metric.direction);
    } else if (one.relative) {
        one.verdict = by_interval(*one.relative, kSameWithin, metric.direction);
    } else if (one.difference) {
        one.verdict = by_interval(*one.difference, 0, metric.direction);
    } else {
        judge_without_values(one);
    }
    return one;
}

/// Rejecting requests makes the rest cheap and fast.
void withhold_better(Comparison& comparison) {
    const auto failed =
        std::find_if(comparison.metrics.begin(), comparison.metrics.end(),
                     [](const MetricComparison& one) { return one.metric.name == kFailedMetric; });
    if (failed == comparison.metrics.end() || !failed->difference || failed->difference->mean <= 0 ||
        failed->verdict == Verdict::kSame)
        return;
    for (MetricComparison& one : comparison.metrics) {
        if (one.verdict != Verdict::kBetter)
            continue;
        one.verdict = Verdict::kUnclear;
        one.reason = "not better while more requests fail";
    }
}

double variance_reduction(const std::vector<Reading>& base, const std::vector<Reading>& head) {
    const Estimate first = estimate(base);
    const Estimate second = estimate(head);
    const Estimate between = estimate(differences(base, head));
    const double apart = first.deviation * first.deviation + second.deviation * second.deviation;
    return between.deviation > 0 ? apart / (between.deviation * between.deviation) : 1;
}

void note_labels(const ScenarioRuns& runs, std::string_view side, Comparison& comparison) {
    if (const std::uint64_t count = runs.runs.unsettled(); count > 0)
        comparison.notes.push_back(fmt::format("{} did not settle in {} of {} replications: {}", side, count,
                                               runs.runs.runs.size(), runs.runs.unsettled_reason()));
    if (const std::uint64_t count = runs.runs.saturated(); count > 0)
        comparison.notes.push_back(fmt::format("{} was near saturation in {} of {} replications: {}", side,
                                               count, runs.runs.runs.size(), runs.runs.saturated_reason()));
}

bool change_is_precise(const ReplicationRule& rule, const std::vector<Reading>& base,
                       const std::vector<Reading>& head) {
    const Estimate first = estimate(base);
    const Estimate second = estimate(head);
    if (first.values() == 0 || second.values() == 0)
        return first.never + second.never == 0;  // nothing to measure stays so
    if (base == head)
        return true;
    const auto change = relative_change(base, head);
    return change && change->half_width <= *rule.precision;
}

bool changes_are_precise(const ReplicationRule& rule, const Replications& base, const Replications& head) {
    return !rule.precision || std::all_of(rule.watched.begin(), rule.watched.end(), [&](std::size_t metric) {
        return change_is_precise(rule, base.of(metric), head.of(metric));
    });
}

}  // namespace

std::string_view verdict_name(Verdict verdict) noexcept {
    constexpr std::array<std::string_view, 6> kNames{"better", "same",    "unclear",
                                                     "worse",  "changed", "missing"};
    return kNames.at(static_cast<std::size_t>(verdict));
}

Comparison compare_runs(const ScenarioRuns& base, const ScenarioRuns& head) {
    Comparison comparison;
    comparison.base = base.name;
    comparison.head = head.name;
    comparison.paired = are_pairs(base, head);
    comparison.replications = std::min(base.runs.runs.size(), head.runs.runs.size());
    comparison.vary = base.vary;
    for (std::size_t i = 0; i < base.metrics.size(); ++i) {
        const Metric& metric = base.metrics[i];
        const auto other = head.find(metric.name);
        if (!other) {
            MetricComparison& missing = comparison.metrics.emplace_back();
            missing.metric = metric;
            missing.base = estimate(base.runs.of(i));
            missing.verdict = Verdict::kMissing;
            missing.reason = "head does not have it";
            continue;
        }
        const std::vector<Reading> first = base.runs.of(i);
        const std::vector<Reading> second = head.runs.of(*other);
        if (i == 0 && comparison.paired)
            comparison.variance_reduction = variance_reduction(first, second);
        comparison.metrics.push_back(compare_metric(metric, first, second, comparison.paired));
    }
    withhold_better(comparison);
    if (!base.runs.precise || !head.runs.precise)
        comparison.notes.push_back(fmt::format("the precision asked for was not reached in {} replications",
                                               comparison.replications));
    note_labels(base, "base", comparison);
    note_labels(head, "head", comparison);
    return comparison;
}

PairOfRuns run_pair(const ScenarioFile& base, const ScenarioFile& head, const std::vector<Metric>& metrics,
                    const ReplicationRule& rule) {
    const auto recordings = std::make_shared<Recordings>();
    RunnableScenario first(base, metrics, rule.vary, recordings);
    RunnableScenario second(head, metrics, rule.vary, recordings);
    for (std::uint64_t wanted = rule.first;; wanted = next_count(rule, wanted)) {
        extend(first.runs.runs, wanted, first.runner());
        extend(second.runs.runs, wanted, second.runner());
        const bool precise = changes_are_precise(rule, first.runs.runs, second.runs.runs);
        first.runs.runs.precise = second.runs.runs.precise = precise;
        if (precise || wanted >= rule.most)
            return {std::move(first.runs), std::move(second.runs)};
    }
}

}  // namespace spillway
