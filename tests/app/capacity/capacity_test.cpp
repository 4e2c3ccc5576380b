// One worker against queues and loops whose capacity is known. The intervals are of 95% and the seeds fixed:
// with random ones, a knee would lie outside its two rates in about one run of twenty.
#include "app/capacity/capacity.hpp"

#include "app/io/json_file.hpp"
#include "app/run/parallel_for.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

Scenario scenario_of(const std::string& members, const std::string& pool_members) {
    return read_scenario(
        read_config_text(R"({"name": "one", "horizon": "1h", "warm_up": "0s", )" + members + R"(
        "pools": [{"name": "gpu", "workers": {"min": 0, "max": 8}, "queue": {"max_wait": "1000h"},
        "policy": {"name": "scale-to-zero", "idle_timeout": "30s"}, "price": "$3.60/h", )" +
                             pool_members + "}]}",
                         "one.json"),
        ".");
}

constexpr const char* kPoisson =
    R"("traffic": [{"source": "poisson", "rate": "0.5/s", "output_tokens": 100}],)";

CapacityReport measured(const Scenario& scenario, const std::vector<std::string>& slos,
                        std::uint64_t requests) {
    CapacityQuestion question;
    question.slos = slos;
    question.requests = requests;
    question.replications = 20;
    return measure_capacity(scenario, question);
}

std::string fixed(const std::string& time, int slots) {
    return R"("service": {"model": "fixed", "time": )" + time + R"(}, "concurrency": )" +
           std::to_string(slots);
}

}  // namespace

TEST_CASE("the knee of a worker with one slot and fixed times is that of M/D/1", "[capacity][theory]") {
    // Wq = rho s / (2 (1 - rho)): half a second at rho = 1/2.
    const CapacityReport report =
        measured(scenario_of(kPoisson, fixed(R"("1s")", 1)), {"mean queue < 500ms"}, 5000);
    const Knee knee = report.workers.front().knee.value();
    CHECK(knee.holds <= 0.5);
    CHECK(knee.broken >= 0.5);
    CHECK(knee.holds > 0.46);
    CHECK(knee.broken < 0.54);
}

TEST_CASE("the knee of a worker with one slot and exponential times is that of M/M/1", "[capacity][theory]") {
    // The mean total is s / (1 - rho): 4 s at rho = 3/4.
    const CapacityReport report = measured(
        scenario_of(kPoisson, fixed(R"({"exponential": {"mean": "1s"}})", 1)), {"mean total < 4s"}, 10000);
    const Knee knee = report.workers.front().knee.value();
    CHECK(knee.holds <= 0.75);
    CHECK(knee.broken >= 0.75);
    CHECK(knee.holds > 0.70);
    CHECK(knee.broken < 0.80);
}

TEST_CASE("a worker of k slots and fixed times serves clients at k / time, exactly", "[capacity][theory]") {
    const CapacityReport report = measured(scenario_of(kPoisson, fixed(R"("2s")", 5)), {}, 500);
    const std::vector<LoadedWorker>& points = report.workers.front().by_clients;
    std::vector<double> clients;
    for (const LoadedWorker& point : points) {
        clients.push_back(point.level);
        CHECK(point.figure(CapacityFigure::kRequestRate).mean == Approx(point.level / 2).epsilon(0.01));
        CHECK(point.figure(CapacityFigure::kTokenRate).mean == Approx(100 * point.level / 2).epsilon(0.01));
        CHECK(point.figure(CapacityFigure::kHourCost).mean == Approx(3.6));
    }
    CHECK(clients == std::vector<double>{1, 2, 4, 5});
    CHECK_FALSE(report.workers.front().knee);
}

TEST_CASE("without objectives to break, the knee is where the worker no longer keeps up",
          "[capacity][theory]") {
    const CapacityReport report =
        measured(scenario_of(kPoisson, fixed(R"("1s")", 4)), {"failed < 50%"}, 4000);
    const Knee knee = report.workers.front().knee.value();
    CHECK(knee.holds > 3.8);
    CHECK(knee.broken < 4.3);
}

TEST_CASE("a promise that the service itself breaks leaves no rate", "[capacity]") {
    const CapacityReport report =
        measured(scenario_of(kPoisson, fixed(R"("1s")", 1)), {"p50 total < 900ms"}, 200);
    CHECK(report.workers.front().knee->holds == 0);
    CHECK_FALSE(report.workers.front().at_knee);
    CHECK_THAT(capacity_text(report),
               Catch::Contains("no rate keeps its promises: \"p50 total < 900ms\" is 1.00 s"));
}

TEST_CASE("what a knee costs is the worker's hour over what it serves in it", "[capacity]") {
    const CapacityReport report =
        measured(scenario_of(kPoisson, fixed(R"("1s")", 1)), {"mean queue < 500ms"}, 2000);
    const LoadedWorker& at = report.workers.front().at_knee.value();
    const double tokens = at.figure(CapacityFigure::kTokenRate).mean;
    CHECK(cost_per_million(at, CapacityFigure::kTokenRate).value() == Approx(3.6 / 3600 / tokens * 1e6));
}

TEST_CASE("any number of threads says the same", "[capacity]") {
    const Scenario scenario = scenario_of(kPoisson, fixed(R"({"exponential": {"mean": "1s"}})", 2));
    std::vector<std::string> said;
    for (const int threads : {1, 2, 7}) {
        within_threads(threads, [&] {
            const CapacityReport report = measured(scenario, {"p95 total < 5s"}, 300);
            said.push_back(capacity_text(report) + capacity_json(report) + capacity_csv(report));
        });
    }
    CHECK(said[0] == said[1]);
    CHECK(said[0] == said[2]);
}

TEST_CASE("of requests of two classes, one may be offered alone", "[capacity]") {
    const Scenario scenario = scenario_of(
        R"("classes": [{"name": "short", "slo": ["mean total < 2s"]}, {"name": "long"}],
           "traffic": [{"source": "poisson", "class": "short", "rate": "1/s", "service": "100ms"},
                       {"source": "poisson", "class": "long", "rate": "1/s", "service": "10s"}],)",
        R"("service": {"model": "fixed", "from_trace": true})");
    CapacityQuestion question;
    question.replications = 2;
    question.requests = 300;
    question.class_name = "short";
    const CapacityReport report = measure_capacity(scenario, question);
    CHECK(report.workers.front().by_clients.front().figure(CapacityFigure::kRequestRate).mean == Approx(10));
    question.class_name = "shrot";
    CHECK_THROWS_WITH(measure_capacity(scenario, question), Catch::Contains("short"));
}

}  // namespace spillway::tests
