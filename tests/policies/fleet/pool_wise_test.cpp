#include <array>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("pool-wise gives each pool the wakes and the decision of its own policy", "[policies][pool_wise]") {
    const TestFleet fleet;
    const FleetSetup setup = make_fleet_policy(config(R"({"name": "pool-wise", "pools": {
        "cloud": {"name": "scale-to-zero", "idle_timeout": "5s"}, "base": {"name": "fixed", "workers": 2}}})"),
                                               fleet.context());
    CHECK(setup.scales == std::vector{kBase, kCloud});
    CHECK(setup.own_policies == std::vector<std::string>{"fixed", "scale-to-zero"});
    CHECK_FALSE(setup.route);
    CHECK_FALSE(setup.policy->wakes(kBase).idle_for);
    CHECK(setup.policy->wakes(kCloud).idle_for == 5s);

    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[1].queued = 4;
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kCloud, Trigger::kUnserved, decisions);
    CHECK(decisions[1].target == 2);  // ceil(4 / 2 slots)
    CHECK(decisions[0].target == 0);  // not asked
    setup.policy->decide(views, kBase, Trigger::kStart, decisions);
    CHECK(decisions[0].target == 2);
}

TEST_CASE("pool-wise leaves pools that it does not name to others", "[policies][pool_wise]") {
    const TestFleet fleet;
    const FleetSetup setup = make_fleet_policy(
        config(R"({"name": "pool-wise", "pools": {"cloud": "scale-to-zero"}})"), fleet.context());
    CHECK(setup.scales == std::vector{kCloud});
    CHECK_THROWS_AS(setup.policy->wakes(kBase), InternalError);
}

TEST_CASE("pool-wise refuses a pool that is not there, and none at all", "[policies][pool_wise]") {
    const auto make = [](std::string_view json) {
        return error_of([&] { make_fleet_policy(config(json), TestFleet{}.context()); });
    };
    CHECK_THAT(make(R"({"name": "pool-wise", "pools": {"clowd": "scale-to-zero"}})"),
               contains_text("test.json: pools: unknown pool \"clowd\"\n  hint: did you mean \"cloud\"?"));
    CHECK_THAT(make(R"({"name": "pool-wise", "pools": {}})"), contains_text("no pool is named"));
    CHECK_THAT(
        make(R"({"name": "pool-wise", "pools": {"base": {"name": "fixed", "workers": 9}}})"),
        contains_text(
            "test.json: pools.base.workers: 9 workers are more than \"workers.max\" of pool \"base\", 4"));
}
