// What the statistics of studies promise, counted on the simulator. Seeds are fixed; with these bounds a
// sound program fails a count in less than one case in a thousand of other seeds, unless stated.
#include <cmath>

#include "app/io/json_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/compare.hpp"
#include "app/study/gate.hpp"
#include "sim/core/rng.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr double kServers = 3;
constexpr double kLoad = 0.6;
constexpr double kService = 4;  // seconds

/// Mean time in an M/M/c queue (Erlang C).
double mean_total() {
    const double offered = kServers * kLoad;
    double sum = 0;
    double term = 1;
    for (int k = 0; k < static_cast<int>(kServers); ++k) {
        sum += term;
        term *= offered / (k + 1);
    }
    const double waits = term / (1 - kLoad) / (sum + term / (1 - kLoad));
    return kService + waits * kService / (kServers * (1 - kLoad));
}

ScenarioFile queue_scenario() {
    return {read_config_text(R"({"name": "M/M/3", "horizon": "2h", "warm_up": "10m",
        "traffic": [{"source": "poisson", "rate": "0.45/s"}],
        "pools": [{"name": "p", "workers": {"max": 3}, "policy": {"name": "fixed", "workers": 3},
                   "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}}}]})",
                             "queue.json"),
            {}};
}

std::vector<Metric> named(std::vector<std::string> names) { return parse_metrics(names, "test"); }

/// How many of so many studies, each from replications of its own, hold the true mean.
int intervals_that_hold(int studies, ReplicationRule rule) {
    rule.watched = {0};
    const RunnableScenario one(queue_scenario(), named({"mean total"}), rule.vary, nullptr);
    std::vector<int> held(static_cast<std::size_t>(studies));
    parallel_for(held.size(), [&](std::size_t i) {
        const Replications runs = replicate(rule, 10'000 * i, one.runner());
        const Estimate figure = estimate(runs.of(0));
        held[i] = std::abs(figure.mean - mean_total()) <= figure.half_width ? 1 : 0;
    });
    int sum = 0;
    for (const int one_held : held) sum += one_held;
    return sum;
}

/// A recorded trace of two hours in which calm and crowds follow each other.
std::string crowded_trace() {
    std::string rows = "t_s,input_tokens,output_tokens\n";
    RandomStream stream(StreamKey({7, 0}, "crowds"), 0);
    double now = 0;
    bool crowd = false;
    double until = 0;
    while (now < 7200) {
        if (now > until) {
            crowd = !crowd;
            until = now - std::log(stream.uniform()) * (crowd ? 60 : 240);
        }
        now -= std::log(stream.uniform()) / (crowd ? 1.5 : 0.2);
        rows += std::to_string(now) + ",100,50\n";
    }
    return rows;
}

constexpr std::string_view kRecorded = R"([{"source": "csv", "file": "crowds.csv"}])";
constexpr std::string_view kMade = R"([{"source": "poisson", "rate": "0.3/s"}])";
constexpr std::string_view kTime = R"("mean": "4s")";
constexpr std::string_view kStart = R"("mean": "8s")";

/// How often a gate of 20 replications a side fails, of `gates`, each with draws of its own.
int failures(const ScenarioFile& base, const ScenarioFile& head, int gates, bool paired) {
    const std::vector<Limit> limits{parse_limit("cost=+2%", "x"), parse_limit("p99=+2%", "x"),
                                    parse_limit("failed=+0.1pp", "x")};
    const GateRules rules{limits, {}, {}, false};
    ReplicationRule rule;
    rule.first = rule.most = 20;
    const auto recordings = std::make_shared<Recordings>();
    const auto metrics = named({"cost", "p99 total", "failed"});
    const RunnableScenario first(base, metrics, rule.vary, recordings);
    const RunnableScenario second(head, metrics, rule.vary, recordings);
    std::vector<int> failed(static_cast<std::size_t>(gates));
    parallel_for(failed.size(), [&](std::size_t i) {
        ScenarioRuns one = first.runs;
        ScenarioRuns two = second.runs;
        one.runs = replicate(rule, 1000 * i, first.runner());
        two.runs = replicate(rule, 1000 * i + (paired ? 0 : 500), second.runner());
        failed[i] = judge(one, two, rules).outcome == GateOutcome::kFail ? 1 : 0;
    });
    int sum = 0;
    for (const int one_failed : failed) sum += one_failed;
    return sum;
}

}  // namespace

TEST_CASE("95% intervals of an M/M/3 queue hold its mean in 92 to 98% of 500 studies", "[app][study]") {
    // Standard error of the count: 0.97 points; the bounds are three of them away.
    const int held = intervals_that_hold(500, {});
    INFO(held);
    CHECK(held >= 460);
    CHECK(held <= 490);
}

TEST_CASE("intervals that stop at a precision hold it in 92 to 98% of 400 studies too", "[app][study]") {
    ReplicationRule rule;
    rule.precision = 0.03;
    rule.most = 200;
    const int held = intervals_that_hold(400, rule);
    INFO(held);
    CHECK(held >= 368);
    CHECK(held <= 392);
}

TEST_CASE("a gate of A against A, with other draws and other blocks of traffic, fails in at most 1% of 200",
          "[app][study]") {
    const StudyRig rig;
    write_text(rig.folder / "crowds.csv", crowded_trace());
    const int generated = failures(rig.scenario(), rig.scenario(), 200, false);
    const ScenarioFile recorded(read_config_text(StudyRig::scenario_text(kMade, kRecorded), "crowds.json"),
                                rig.folder.path());
    const int resampled = failures(recorded, recorded, 200, false);
    INFO(generated << " and " << resampled);
    CHECK(generated <= 2);
    CHECK(resampled <= 2);
}

TEST_CASE("a gate finds 5% more cost, and 5% slower starts and service, in 90% of 100 at least",
          "[app][study]") {
    const StudyRig rig;
    const ScenarioFile base = rig.scenario();
    CHECK(failures(base, rig.scenario(R"("$2/h")", R"("$2.1/h")"), 100, true) >= 90);
    std::string slow = StudyRig::scenario_text(kTime, R"("mean": "4.2s")");
    slow.replace(slow.find(kStart), kStart.size(), R"("mean": "8.4s")");
    const int found = failures(base, {read_config_text(slow, "slow.json"), rig.folder.path()}, 100, true);
    INFO(found);
    CHECK(found >= 90);
}

}  // namespace spillway::tests
