#include "app/bound/fleet_plan.hpp"

#include "app/bound/load_levels.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

SimTime at(Duration time) { return SimTime{} + time; }

}  // namespace

TEST_CASE("a worker is ordered as long ahead as its start takes", "[bound][fleet_plan]") {
    const FleetPlan plan{{at(100s), at(200s)}, {at(150s), at(180s)}};
    const std::vector<PlannedSize> sizes = planned_sizes(plan, {20s, 30s}, at(1000s));
    REQUIRE(sizes.size() == 4);
    CHECK(sizes[0].at == at(80s));
    CHECK(sizes[0].workers == 1);
    CHECK(sizes[1].at == at(120s));
    CHECK(sizes[1].workers == 2);
    CHECK(sizes[2].at == at(180s));
    CHECK(sizes[2].workers == 1);
    CHECK(sizes[3].at == at(200s));
    CHECK(sizes[3].workers == 0);
}

TEST_CASE("who works to the end of the window is not stopped after it", "[bound][fleet_plan]") {
    const std::vector<PlannedSize> sizes = planned_sizes({{at(0s), at(60s)}}, {}, at(60s));
    REQUIRE(sizes.size() == 1);
    CHECK(sizes[0].workers == 1);
}

TEST_CASE("workers are up while there is load for them, and through short gaps", "[bound][load_levels]") {
    const std::vector<Load> loads{{at(0s), at(10s), 0.5}, {at(2s), at(6s), 0.75}, {at(15s), at(20s), 1}};
    const FleetPlan with_gap = plan_for(loads, 1, 1s, 10);
    CHECK(with_gap.size() == 3);
    const FleetPlan through = plan_for(loads, 1, 6s, 10);
    REQUIRE(through.size() == 2);
    CHECK(through[0].from == at(0s));
    CHECK(through[0].until == at(20s));
    CHECK(through[1].from == at(2s));
    CHECK(through[1].until == at(6s));
    CHECK(plan_for(loads, 1, 6s, 1).size() == 1);
}

}  // namespace spillway::tests
