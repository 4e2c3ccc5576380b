#include "app/bound/bound.hpp"

#include "app/bound/fleet_plan.hpp"
#include "app/bound/plan_runner.hpp"
#include "sim/core/error.hpp"
#include "tests/app/bound/bound_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// Two requests of 1 s, 10 s apart; a start of 20 s, an SLO of 30 s, and a dollar a second.
BoundCase two_requests() {
    BoundCase one;
    one.traffic = kTraceSource;
    one.service = R"({"model": "fixed", "time": "1s"})";
    one.slo = R"("p99 total < 30s")";
    one.price = R"("$1/s")";
    return one;
}

void refuses(const BoundCase& one, const std::string& what) {
    try {
        find_bounds({scenario_of(one)});
        FAIL("it was bounded");
    } catch (const InputError& error) {
        CHECK_THAT(error.what(), contains_text(what));
    }
}

}  // namespace

TEST_CASE("starting exactly one cold start ahead is no bound: the first request can wait", "[bound]") {
    const ScratchDir folder;
    write_text(folder / "trace.csv", "t_s\n100\n110\n");
    const Scenario scenario = scenario_of(two_requests(), folder.path());
    const PlanRunner runner(scenario, scenario.pools.front(), SimTime{10min});
    const PlanRun ahead = runner.run({{SimTime{100s}, SimTime{111s}}});
    CHECK(ahead.meets);
    CHECK(to_usd(ahead.result.cost) == 31);
    const PlanRun waiting = runner.run({{SimTime{110s}, SimTime{112s}}});
    CHECK(waiting.meets);
    CHECK(to_usd(waiting.result.cost) == 22);

    const Bounds bounds = find_bounds({scenario});
    CHECK(bounds.floor.dollars == Approx(22));
    REQUIRE(bounds.best);
    CHECK(to_usd(bounds.best->result.cost) == 22);
    CHECK(bounds.gap().value() == Approx(0).margin(1e-6));
}

TEST_CASE("the best known schedule and the best fixed fleet are above the floor", "[bound]") {
    BoundCase one;
    one.traffic = R"({"source": "mmpp", "states": [{"rate": "0.02/s", "mean_sojourn": "3m"},
        {"rate": "0.8/s", "mean_sojourn": "1m"}]})";
    one.horizon = "30m";
    one.pool = R"(, "concurrency": 2)";
    const Bounds bounds = find_bounds({scenario_of(one)});
    REQUIRE(bounds.best);
    REQUIRE(bounds.fixed);
    CHECK(bounds.floor.dollars > 0);
    CHECK(to_usd(bounds.best->result.cost) >= bounds.floor.dollars);
    CHECK(bounds.fixed->result.cost >= bounds.best->result.cost);
    CHECK(bounds.gap().value() < 0.5);
}

TEST_CASE("an objective that no request can meet has no floor", "[bound]") {
    BoundCase one;
    one.slo = R"("p95 total < 1s")";
    const Bounds bounds = find_bounds({scenario_of(one)});
    CHECK_FALSE(bounds.floor.reachable);
    CHECK_FALSE(bounds.gap());
}

TEST_CASE("what cannot be bounded is refused", "[bound]") {
    BoundCase one;
    one.slo = "";
    refuses(one, "has no objective");
    one.slo = R"("cold share < 5%")";
    refuses(one, "no objective asks for requests to be served");
    one = {};
    one.traffic = R"({"source": "closed-loop", "clients": 2})";
    refuses(one, "has clients that wait for answers");
}

TEST_CASE("scenarios that are compared have one traffic and one SLO", "[bound]") {
    const Scenario scenario = scenario_of({});
    BoundCase other;
    other.traffic = R"({"source": "poisson", "rate": "0.2/s"})";
    CHECK_THROWS_AS(find_bounds({scenario, scenario_of(other)}), InputError);
    other = {};
    other.slo = R"("p95 total < 31s")";
    CHECK_THROWS_AS(find_bounds({scenario, scenario_of(other)}), InputError);
}

}  // namespace spillway::tests
