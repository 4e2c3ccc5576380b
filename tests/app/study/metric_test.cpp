// What studies look at.
#include "app/study/metric.hpp"

#include "app/run/run_scenario.hpp"
#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("metrics are named as objectives are, or from a list, and their columns say the unit",
          "[app][study]") {
    CHECK(parse_metric("p99", "x").name == "p99 total");
    CHECK(parse_metric("p99.9 warm ttft for class=chat", "x").key == "p99_9_warm_ttft_chat_s");
    CHECK(parse_metric("cold share", "x").key == "cold_share");
    CHECK(parse_metric("failed", "x").key == "failed_share");
    CHECK(parse_metric("cost", "x").key == "cost_per_hour_usd");
    CHECK(parse_metric("cost_usd", "x").name == "window cost");
    CHECK(parse_metric("inside", "x").direction == Direction::kHigherIsBetter);
    CHECK_THROWS_WITH(parse_metric("csot", "x"), Catch::Contains("cost"));
    CHECK_THROWS_AS(parse_metric("p99 ttft < 2s", "x"), InputError);
    CHECK_THROWS_AS(parse_metric("p200 total", "x"), InputError);
    const std::vector<std::string> twice{"p99", "p99 total"};
    CHECK_THROWS_WITH(parse_metrics(twice, "x"), Catch::Contains("twice"));
}

TEST_CASE("what is read is what the run says", "[app][study]") {
    const StudyRig rig;
    Scenario scenario = rig.scenario().scenario();
    const std::vector<std::string> names{"cost", "p99 total", "mean total", "cold share", "offered", "month"};
    const std::vector<Metric> metrics = parse_metrics(names, "x");
    ask_for(metrics, "x", scenario);
    const RunResult result = run_scenario(scenario);
    const std::vector<Reading> readings = read_metrics(metrics, result);
    CHECK(readings[0].value() == result.cost_per_hour());
    CHECK(readings[1].value() == to_seconds(*result.summary.all.total_failures_counted.p99));
    CHECK(readings[2].value() == to_seconds(*result.summary.all.total.mean));
    CHECK(readings[3].value() == result.summary.all.requests.share(result.summary.all.requests.cold));
    CHECK(readings[4].value() == static_cast<double>(result.summary.all.requests.offered));
    CHECK(readings[5].state() == Reading::State::kNothing);
}

TEST_CASE("a percentile among requests that were rejected is never reached", "[app][study]") {
    const StudyRig rig;
    Scenario scenario = rig.scenario(R"("policy": {)",
                                     R"("queue": {"max_length": 0, "without_worker": "reject"}, "policy": {)")
                            .scenario();
    const std::vector<Metric> metrics =
        parse_metrics(std::vector<std::string>{"p99 total", "cost per 1k"}, "x");
    ask_for(metrics, "x", scenario);
    const std::vector<Reading> readings = read_metrics(metrics, run_scenario(scenario));
    CHECK(readings[0].state() == Reading::State::kNever);
    CHECK(show_reading(MetricUnit::kSeconds, readings[0]) == "never");
}

TEST_CASE("readings survive being written", "[app][study]") {
    for (const Reading& reading :
         {Reading::of(0.1 + 0.2), Reading::of(-1e-300), Reading::never(), Reading::nothing()})
        CHECK(parse_reading(reading_text(reading)) == reading);
}

TEST_CASE("a class that the scenario does not have is an error", "[app][study]") {
    const StudyRig rig;
    Scenario scenario = rig.scenario().scenario();
    const std::vector<Metric> metrics{parse_metric("p99 total for class=chat", "x")};
    CHECK_THROWS_AS(ask_for(metrics, "--metrics", scenario), InputError);
}

}  // namespace spillway::tests
