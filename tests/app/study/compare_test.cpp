// Differences between two scenarios, and what the gate says of them.
#include "app/study/compare.hpp"

#include "app/io/json_file.hpp"
#include "app/study/gate.hpp"
#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

ReplicationRule times(std::uint64_t count) {
    ReplicationRule rule;
    rule.first = rule.most = count;
    return rule;
}

std::vector<Metric> metrics() {
    return parse_metrics(std::vector<std::string>{"cost", "p99 total", "failed"}, "test");
}

/// Runs with these readings, a list a metric.
ScenarioRuns made(const std::vector<std::vector<Reading>>& readings) {
    ScenarioRuns runs;
    runs.name = "made";
    runs.metrics = metrics();
    runs.metrics.resize(readings.size());
    for (std::size_t i = 0; i < readings.front().size(); ++i) {
        RunOutcome& run = runs.runs.runs.emplace_back();
        for (const auto& metric : readings) run.readings.push_back(metric[i]);
    }
    return runs;
}

std::vector<Reading> values(std::initializer_list<double> list) {
    std::vector<Reading> result;
    for (const double value : list) result.push_back(Reading::of(value));
    return result;
}

GateResult judged(const std::vector<std::vector<Reading>>& base,
                  const std::vector<std::vector<Reading>>& head,
                  GateRules rules = {default_limits(), {}, {}, false}) {
    return judge(made(base), made(head), rules);
}

}  // namespace

TEST_CASE("a scenario against itself is the same in every metric, exactly", "[app][study]") {
    const StudyRig rig;
    const PairOfRuns pair = run_pair(rig.scenario(), rig.scenario(), metrics(), times(5));
    const Comparison comparison = compare_runs(pair.base, pair.head);
    CHECK(comparison.paired);
    for (const MetricComparison& one : comparison.metrics) CHECK(one.verdict == Verdict::kSame);
}

TEST_CASE("a price that rises by a tenth is a tenth dearer in every replication, and nothing else moves",
          "[app][study]") {
    const StudyRig rig;
    const PairOfRuns pair =
        run_pair(rig.scenario(), rig.scenario(R"("$2/h")", R"("$2.2/h")"), metrics(), times(6));
    const Comparison comparison = compare_runs(pair.base, pair.head);
    CHECK(comparison.metrics[0].verdict == Verdict::kWorse);
    CHECK(comparison.metrics[0].relative->mean == Approx(0.1).epsilon(1e-6));
    CHECK(comparison.metrics[0].relative->half_width == Approx(0).margin(1e-6));
    CHECK(comparison.metrics[1].verdict == Verdict::kSame);
}

TEST_CASE("kept runs and fresh ones of a scenario warm up alike", "[app][study]") {
    const StudyRig rig;
    const ScenarioFile cold =
        rig.scenario(R"("warm_up": "2m")", R"("warm_up": "0s")")
            .with(std::vector<FieldChange>{
                {"pools[gpu].policy", read_config_text(R"({"name": "fixed", "workers": 3})", "x"), "x"},
                {"pools[gpu].initial", ConfigNode::text("x", "empty"), "x"},
                {"pools[gpu].startup",
                 read_config_text(R"({"phases": [{"phase": "weights", "time": "4m"}]})", "x"), "x"}});
    const ScenarioRuns kept = run_replications(cold, metrics(), times(4));
    const PairOfRuns pair = run_pair(cold, cold, metrics(), times(4));
    CHECK(kept.runs.of(1) == pair.head.runs.of(1));
    CHECK_FALSE(kept.sources.empty());
}

TEST_CASE("a rise in what is never reached is worse when it cannot be luck", "[app][study]") {
    std::vector<Reading> base;
    std::vector<Reading> few;
    std::vector<Reading> many;
    for (int i = 0; i < 20; ++i) {
        base.push_back(Reading::of(5));
        few.push_back(i < 2 ? Reading::never() : Reading::of(5));
        many.push_back(i < 10 ? Reading::never() : Reading::of(5));
    }
    const std::vector<Reading> cost(20, Reading::of(1));
    const auto verdict = [&](const std::vector<Reading>& head) {
        return compare_runs(made({cost, base}), made({cost, head})).metrics[1].verdict;
    };
    CHECK(verdict(few) == Verdict::kUnclear);
    CHECK(verdict(many) == Verdict::kWorse);
}

TEST_CASE("common random numbers narrow the difference of two policies", "[app][study]") {
    const StudyRig rig;
    const PairOfRuns pair =
        run_pair(rig.scenario(), rig.scenario(R"("30s")", R"("60s")"), metrics(), times(20));
    const Comparison paired = compare_runs(pair.base, pair.head);
    CHECK(paired.variance_reduction > 3);
    ScenarioRuns other = pair.head;
    other.runs.begin = 100;  // as if it had draws of its own
    const Comparison apart = compare_runs(pair.base, other);
    CHECK_FALSE(apart.paired);
    CHECK(apart.metrics[0].relative->half_width > 1.5 * paired.metrics[0].relative->half_width);
}

TEST_CASE("precision adds pairs until the change is known that well", "[app][study]") {
    const StudyRig rig;
    ReplicationRule rule = times(200);
    rule.first = 10;
    rule.precision = 0.02;
    rule.watched = {0};
    const PairOfRuns pair = run_pair(rig.scenario(), rig.scenario(R"("30s")", R"("60s")"), metrics(), rule);
    CHECK(pair.base.runs.runs.size() == pair.head.runs.runs.size());
    CHECK(pair.base.runs.precise);
    CHECK(compare_runs(pair.base, pair.head).metrics[0].relative->half_width <= 0.02);
}

TEST_CASE("nothing is better while more requests fail", "[app][study]") {
    const Comparison comparison =
        compare_runs(made({values({10, 11, 12}), values({5, 5, 6}), values({0, 0.01, 0})}),
                     made({values({8, 9, 10}), values({3, 3, 4}), values({0.1, 0.2, 0.1})}));
    CHECK(comparison.metrics[0].verdict == Verdict::kUnclear);
    CHECK(comparison.metrics[1].verdict == Verdict::kUnclear);
    CHECK_THAT(comparison.metrics[1].reason, Catch::Contains("fail"));
}

TEST_CASE("a figure that is never reached is worse than one that is", "[app][study]") {
    const std::vector<Reading> never(8, Reading::never());
    const std::vector<Reading> nothing(8, Reading::nothing());
    const std::vector<Reading> same(8, Reading::of(1));
    const std::vector<Reading> late = values({5, 5, 6, 5, 5, 6, 5, 5});
    const auto verdict = [&](const std::vector<Reading>& base, const std::vector<Reading>& head) {
        return compare_runs(made({same, base}), made({same, head})).metrics[1].verdict;
    };
    CHECK(verdict(late, never) == Verdict::kWorse);
    CHECK(verdict(never, late) == Verdict::kBetter);
    CHECK(verdict(never, never) == Verdict::kSame);
    CHECK(verdict(late, nothing) == Verdict::kMissing);
    CHECK(verdict(nothing, nothing) == Verdict::kSame);
}

TEST_CASE("the gate fails what lies beyond its limit, and is silent below it", "[app][study]") {
    const auto base = values({10, 10.1, 9.9, 10});
    const auto same = values({1, 1, 1, 1});
    const auto zero = values({0, 0, 0, 0});
    const auto with_cost = [&](std::initializer_list<double> cost) {
        return judged({base, same, zero}, {values(cost), same, zero});
    };
    CHECK(with_cost({11, 11.1, 10.9, 11}).outcome == GateOutcome::kFail);
    CHECK(with_cost({11, 11.1, 10.9, 11}).verdict == Verdict::kWorse);
    CHECK(with_cost({10.1, 10.2, 10, 10.1}).outcome == GateOutcome::kPass);
    CHECK(with_cost({10.1, 10.2, 10, 10.1}).verdict == Verdict::kSame);
    CHECK(with_cost({9, 9.1, 8.9, 9}).verdict == Verdict::kBetter);
    const GateResult unclear = with_cost({10, 10.9, 9.9, 10.3});
    CHECK(unclear.verdict == Verdict::kUnclear);
    CHECK(unclear.outcome == GateOutcome::kWarn);
}

TEST_CASE("strict fails what is unclear, and a warning begins before the limit", "[app][study]") {
    const std::vector<std::vector<Reading>> base{values({10, 10.1, 9.9}), values({1, 1, 1}),
                                                 values({0, 0, 0})};
    GateRules strict{default_limits(), {}, {}, true};
    CHECK(judged(base, {values({10, 10.9, 9.9}), base[1], base[2]}, strict).outcome == GateOutcome::kFail);
    GateRules warned{default_limits(), {parse_limit("cost=+0.5%", "x")}, {}, false};
    const GateResult result = judged(base, {values({10.1, 10.2, 10}), base[1], base[2]}, warned);
    CHECK(result.outcome == GateOutcome::kWarn);
    CHECK(result.verdict == Verdict::kSame);
}

TEST_CASE("other inputs are a change, unless they are allowed", "[app][study]") {
    ScenarioRuns base = made({values({1, 1}), values({1, 1}), values({0, 0})});
    ScenarioRuns head = base;
    head.inputs.prices = "other";
    head.inputs.price_date = "2026-12-01";
    GateRules rules{default_limits(), {}, {}, false};
    CHECK(judge(base, head, rules).verdict == Verdict::kChanged);
    CHECK(judge(base, head, rules).outcome == GateOutcome::kFail);
    rules.allowed.prices = true;
    CHECK(judge(base, head, rules).outcome == GateOutcome::kPass);
    head.inputs.traffic = "other";
    CHECK(judge(base, head, rules).verdict == Verdict::kChanged);
    CHECK(one_sided("gone", true).outcome == GateOutcome::kFail);
    CHECK(one_sided("new", false).outcome == GateOutcome::kPass);
}

TEST_CASE("limits are read with the metric's unit and direction", "[app][study]") {
    CHECK(parse_limit("cost=+2%", "x").relative);
    CHECK(parse_limit("cost=+2%", "x").amount == Approx(0.02));
    CHECK(parse_limit("p99=+200ms", "x").amount == Approx(0.2));
    CHECK(parse_limit("p95 ttft for class=chat=+5%", "x").metric.name == "p95 ttft for class=chat");
    CHECK(parse_limit("failed=+0.1pp", "x").amount == Approx(0.001));
    CHECK(parse_limit("inside=-0.5pp", "x").amount == Approx(0.005));
    CHECK(parse_limit("cost=+$0.05", "x").amount == Approx(0.05));
    for (const char* text : {"cost", "cost=2%", "cost=-2%", "inside=+1pp", "failed=+1%", "p99=+2", "cost=+2s",
                             "=+2%", "workers=+2%", "cost=+-2%", "cost=+nan%"}) {
        INFO(text);
        CHECK_THROWS_AS(parse_limit(text, "--max"), InputError);
    }
}

TEST_CASE("kept runs are read back as they were", "[app][study]") {
    const StudyRig rig;
    const ScenarioRuns runs = run_replications(rig.scenario(), metrics(), times(3));
    const std::string text = runs_json(runs);
    const ScenarioRuns back = read_runs(text, "kept.json");
    CHECK(runs_json(back) == text);
    CHECK(holds_runs(read_config_text(text, "kept.json")));
    const Comparison comparison = compare_runs(runs, back);
    CHECK(comparison.paired);
    for (const MetricComparison& one : comparison.metrics) CHECK(one.verdict == Verdict::kSame);
    CHECK_THROWS_AS(read_runs("{}", "x"), InputError);
    CHECK_THROWS_AS(read_runs("[", "x"), InputError);
}

TEST_CASE("reports escape what a name may hold", "[app][study]") {
    ScenarioRuns base = made({values({1, 1}), values({1, 1}), values({0, 0})});
    ScenarioRuns head = made({values({2, 2}), values({1, 1}), values({0, 0})});
    head.name = "a|b <c> & \"d\"";
    const std::vector<GateResult> results{judge(base, head, {default_limits(), {}, {}, false})};
    CHECK_THAT(gate_markdown(results), Catch::Contains("a\\|b <c>"));
    CHECK_THAT(gate_junit(results), Catch::Contains("a|b &lt;c&gt; &amp; &quot;d&quot;"));
    CHECK_THAT(gate_junit(results), Catch::Contains("failures=\"1\""));
    CHECK_THAT(gate_json(results), Catch::Contains("\"verdict\": \"worse\""));
}

}  // namespace spillway::tests
