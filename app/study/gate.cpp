#include "app/study/gate.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace spillway {
namespace {

/// The change to the worse, as a share of base's mean or in the metric's unit.
std::optional<Change> worsening(const MetricComparison& one, const Limit& limit) {
    std::optional<Change> change = limit.relative ? one.relative : one.difference;
    if (change && one.metric.direction == Direction::kHigherIsBetter)
        change->mean = -change->mean;
    return change;
}

void fail(GateRow& row, Verdict verdict, std::string why) {
    row.outcome = GateOutcome::kFail;
    row.comparison.verdict = verdict;
    row.why = std::move(why);
}

/// Without a change in figures, the comparison's own verdict decides.
void judge_by_verdict(GateRow& row, bool strict) {
    const Verdict verdict = row.comparison.verdict;
    row.why = row.comparison.reason;
    if (verdict == Verdict::kWorse || verdict == Verdict::kMissing || verdict == Verdict::kChanged) {
        row.outcome = GateOutcome::kFail;
    } else if (verdict == Verdict::kUnclear) {
        row.outcome = strict ? GateOutcome::kFail : GateOutcome::kWarn;
    }
}

void judge_by_limit(GateRow& row, const Change& change, const Limit& limit, bool strict) {
    if (change.low() > limit.amount) {
        fail(row, Verdict::kWorse, "beyond " + limit.text);
    } else if (change.high() > limit.amount) {
        row.comparison.verdict = Verdict::kUnclear;
        row.outcome = strict ? GateOutcome::kFail : GateOutcome::kWarn;
        row.why = fmt::format("may be beyond {}", limit.text);
    } else if (row.comparison.verdict != Verdict::kBetter) {
        // Within the limit is what the gate calls the same.
        row.comparison.verdict = Verdict::kSame;
    }
}

void warn_by_band(GateRow& row, const MetricComparison& one, const GateRules& rules) {
    for (const Limit& band : rules.warnings) {
        if (band.metric.name != one.metric.name || row.outcome != GateOutcome::kPass)
            continue;
        const auto change = worsening(one, band);
        if (change && change->mean > band.amount) {
            row.outcome = GateOutcome::kWarn;
            row.why = "beyond the warning " + band.text;
        }
    }
}

GateRow judge_metric(const MetricComparison& one, const Limit& limit, const GateRules& rules) {
    GateRow row;
    row.comparison = one;
    row.limit = limit.text;
    if (const auto change = worsening(one, limit)) {
        judge_by_limit(row, *change, limit, rules.strict);
    } else if (one.difference && one.difference->mean == 0 && one.difference->half_width == 0) {
        row.comparison.verdict = Verdict::kSame;
    } else {
        judge_by_verdict(row, rules.strict);
    }
    warn_by_band(row, one, rules);
    return row;
}

/// Which inputs differ that may not.
std::string forbidden_changes(const Inputs& base, const Inputs& head, const AllowedChanges& allowed) {
    std::string text;
    const auto add = [&](const std::string& words) { text += (text.empty() ? "" : "; ") + words; };
    if (!allowed.traffic && base.traffic != head.traffic)
        add(fmt::format(
            "the traffic differs ({} and {} requests); --allow-changed traffic compares all the same",
            base.requests, head.requests));
    if (!allowed.prices && base.prices != head.prices)
        add(fmt::format(
            "the price book differs (latest prices of {} and {}); --allow-changed prices compares "
            "all the same",
            base.price_date, head.price_date));
    if (!allowed.files && base.files != head.files)
        add("a GPU profile or plug-in differs; --allow-changed files compares all the same");
    return text;
}

/// From the best to the worst.
int badness(Verdict verdict) {
    switch (verdict) {
        case Verdict::kBetter:
            return 0;
        case Verdict::kSame:
            return 1;
        case Verdict::kUnclear:
            return 2;
        case Verdict::kWorse:
            return 3;
        case Verdict::kChanged:
            return 4;
        case Verdict::kMissing:
            return 5;
    }
    return 5;
}

}  // namespace

GateResult judge(const ScenarioRuns& base, const ScenarioRuns& head, const GateRules& rules) {
    GateResult result;
    result.scenario = head.name;
    result.comparison = compare_runs(base, head);
    bool any_better = false;
    for (const Limit& limit : rules.limits) {
        const auto& metrics = result.comparison->metrics;
        const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const MetricComparison& one) {
            return one.metric.name == limit.metric.name;
        });
        if (found == metrics.end()) {
            GateRow& row = result.rows.emplace_back();
            row.comparison.metric = limit.metric;
            row.limit = limit.text;
            fail(row, Verdict::kMissing, "base does not have it");
        } else {
            result.rows.push_back(judge_metric(*found, limit, rules));
        }
        const GateRow& row = result.rows.back();
        any_better = any_better || row.comparison.verdict == Verdict::kBetter;
        result.outcome = std::max(result.outcome, row.outcome);
        if (badness(row.comparison.verdict) > badness(result.verdict))
            result.verdict = row.comparison.verdict;
    }
    if (result.verdict == Verdict::kSame && any_better)
        result.verdict = Verdict::kBetter;
    result.why = forbidden_changes(base.inputs, head.inputs, rules.allowed);
    if (!result.why.empty()) {
        result.verdict = Verdict::kChanged;
        result.outcome = GateOutcome::kFail;
    }
    return result;
}

GateResult one_sided(const std::string& scenario, bool in_base) {
    GateResult result;
    result.scenario = scenario;
    result.verdict = in_base ? Verdict::kMissing : Verdict::kSame;
    result.outcome = in_base ? GateOutcome::kFail : GateOutcome::kPass;
    result.why = in_base ? "head does not have this scenario" : "new: base does not have this scenario";
    return result;
}

GateOutcome overall(std::span<const GateResult> results) {
    GateOutcome worst = GateOutcome::kPass;
    for (const GateResult& result : results) worst = std::max(worst, result.outcome);
    return worst;
}

}  // namespace spillway
