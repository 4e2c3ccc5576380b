#include "app/sensitivity/sensitivity.hpp"

#include <algorithm>

#include "app/run/parallel_for.hpp"
#include "app/sensitivity/default_fields.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

SensitivityQuestion question_of(const std::vector<std::string>& fields,
                                const std::vector<std::string>& metrics = {"cost", "p99 total"}) {
    SensitivityQuestion question;
    for (const std::string& field : fields) question.fields.push_back(FieldRange::parse(field, "--field"));
    question.metrics = parse_metrics(metrics, "--metric");
    question.replications = 4;
    return question;
}

const FieldSwing& swing_of(const MetricSensitivity& metric, std::size_t field) {
    return *std::find_if(metric.swings.begin(), metric.swings.end(),
                         [field](const FieldSwing& one) { return one.field == field; });
}

}  // namespace

TEST_CASE("a field that nothing depends on has no swing at all under the same draws", "[sensitivity]") {
    const StudyRig rig;
    SensitivityQuestion question =
        question_of({"pools[gpu].queue.max_wait=30m..2h", "pools[gpu].policy.idle_timeout=10s..2m"});
    question.trajectories = 3;
    const SensitivityReport report = measure_sensitivity(rig.scenario(), question);
    for (const MetricSensitivity& metric : report.metrics) {
        const FieldSwing& idle = swing_of(metric, 1);
        CHECK(idle.reach > 0);
        const FieldSwing& wait = swing_of(metric, 0);
        CHECK(wait.reach == 0);
        CHECK(wait.swing->mean == 0);
        CHECK(wait.swing->half_width == 0);
        CHECK(metric.swings.front().field == 1);
        CHECK(metric.screening[0].mu_star == 0);
        CHECK(metric.screening[0].sigma == 0);
        CHECK(metric.screening[1].mu_star > 0);
    }
}

TEST_CASE("workers that are always on move the cost by their price: no interval, no sigma", "[sensitivity]") {
    const StudyRig rig;
    const ScenarioFile file = rig.scenario(R"({"name": "scale-to-zero", "idle_timeout": "30s"})",
                                           R"({"name": "fixed", "workers": 1})");
    SensitivityQuestion question =
        question_of({"pools[gpu].policy.workers=1..4", "pools[gpu].queue.max_wait=30m..2h"}, {"cost"});
    question.trajectories = 4;
    const SensitivityReport report = measure_sensitivity(file, question);
    const FieldSwing& swing = report.metrics[0].swings.front();
    CHECK(swing.swing->mean == Approx(3 * 2.0));
    CHECK(swing.swing->half_width == Approx(0).margin(1e-9));
    CHECK(report.metrics[0].screening[0].mu_star == Approx(3 * 2.0));
    CHECK(report.metrics[0].screening[0].sigma == Approx(0).margin(1e-9));
}

TEST_CASE("a whole number that a grid lies between counts where it really is", "[sensitivity]") {
    const FieldRange field = FieldRange::parse("pools[gpu].concurrency=1..3", "--field");
    CHECK(field.at(1.0 / 3).value.as_integer() == 2);
    CHECK(field.place(1.0 / 3) == 0.5);
    CHECK(field.low() == "1");
    CHECK(field.high() == "3");
}

TEST_CASE("a range keeps its unit, and its ends may be written in two", "[sensitivity]") {
    const FieldRange field = FieldRange::parse("pools[gpu].policy.idle_timeout=30s..2m", "--field");
    CHECK(field.at(0.5).value.as_text() == "75s");
    CHECK_THROWS_WITH(FieldRange::parse("a=30s..2GB", "--field"), Catch::Contains("different things"));
    CHECK_THROWS_WITH(FieldRange::parse("a=2..1", "--field"), Catch::Contains("no width"));
    CHECK_THROWS_WITH(FieldRange::parse("a=2", "--field"), Catch::Contains("PATH=LOW..HIGH"));
}

TEST_CASE("without fields, those that usually matter are moved by a fifth", "[sensitivity]") {
    const StudyRig rig;
    std::vector<std::string> said;
    for (const FieldRange& field : default_fields(rig.scenario()))
        said.push_back(field.path() + " " + field.low() + " " + field.high());
    CHECK(said == std::vector<std::string>{"traffic[0].rate_factor 0.8 1.2", "pools[gpu].concurrency 1 3",
                                           "pools[gpu].workers.max 6 10",
                                           "pools[gpu].service.time.exponential.mean 3.2s 4.8s",
                                           "pools[gpu].startup.phases[0].time.lognormal.mean 6.4s 9.6s",
                                           "pools[gpu].policy.idle_timeout 24s 36s"});
}

TEST_CASE("any number of threads screens the same", "[sensitivity]") {
    const StudyRig rig;
    SensitivityQuestion question = question_of({});
    question.replications = 2;
    question.trajectories = 2;
    std::vector<std::string> said;
    for (const int threads : {1, 5}) {
        within_threads(threads, [&] {
            const SensitivityReport report = measure_sensitivity(rig.scenario(), question);
            said.push_back(sensitivity_text(report) + sensitivity_json(report) + sensitivity_csv(report));
        });
    }
    CHECK(said[0] == said[1]);
}

TEST_CASE("a field that is not there is told, with the nearest", "[sensitivity]") {
    const StudyRig rig;
    CHECK_THROWS_WITH(measure_sensitivity(rig.scenario(), question_of({"pools[gup].concurrency=1..2"})),
                      Catch::Contains("gpu"));
}

}  // namespace spillway::tests
