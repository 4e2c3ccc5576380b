#include <array>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

FleetSetup fallback() {
    return make_fleet_policy(
        config(R"({"name": "gpu-fallback", "pools": ["base", "cloud"], "idle_timeout": "20s"})"),
        TestFleet{}.context());
}

using Views = std::array<PoolView, 2>;

Views quiet() {
    Views views{quiet_pool(10s), quiet_pool(10s)};
    views[0].max_workers = 2;
    return views;
}

std::pair<int, int> targets(const FleetSetup& setup, const Views& views, Trigger why = Trigger::kUnserved) {
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kBase, why, decisions);
    return {decisions[0].target, decisions[1].target};
}

}  // namespace

TEST_CASE("starts go to the preferred GPU up to its limit, then to the next", "[policies][gpu_fallback]") {
    const FleetSetup setup = fallback();
    CHECK(setup.scales == std::vector{kBase, kCloud});
    Views views = quiet();
    // Three requests, each in both queues: two workers of one slot in the first, one in the second.
    views[0].queued_now = views[1].queued_now = views[0].queued_again = 3;
    CHECK(targets(setup, views) == std::pair{2, 1});
    views[0].starting = 1;  // one of them has its worker on the way
    CHECK(targets(setup, views) == std::pair{2, 1});
    views[0].starting = 2;
    views[1].starting = 1;
    CHECK(targets(setup, views) == std::pair{2, 1});
}

TEST_CASE("a request that waits for one pool only has a worker of its own", "[policies][gpu_fallback]") {
    const FleetSetup setup = fallback();
    Views views = quiet();
    // Two came back from a lost worker of the first pool, and one waits in both.
    views[0].queued_now = 3;
    views[1].queued_now = views[0].queued_again = views[1].queued_again = 1;
    CHECK(targets(setup, views) == std::pair{2, 1});
}

TEST_CASE("a GPU that was refused or is waited for is passed over", "[policies][gpu_fallback]") {
    const FleetSetup setup = fallback();
    Views views = quiet();
    views[0].queued_now = views[1].queued_now = views[0].queued_again = 1;
    CHECK(targets(setup, views) == std::pair{1, 0});
    views[0].start_refused = true;
    CHECK(targets(setup, views) == std::pair{0, 1});
    views[0].start_refused = false;
    views[0].asked = 1;  // waits on in its supply's line, and nobody counts on it
    CHECK(targets(setup, views) == std::pair{1, 1});
}

TEST_CASE("idle workers of the pool that was woken stop", "[policies][gpu_fallback]") {
    const FleetSetup setup = fallback();
    Views views = quiet();
    views[0].idle = 2;
    views[0].idle_expired = 1;
    views[1].idle = 1;
    views[1].idle_expired = 1;
    CHECK(targets(setup, views, Trigger::kIdle) == std::pair{1, 1});
    CHECK(setup.policy->wakes(kBase).idle_for == 20s);
}

TEST_CASE("a request goes to the first GPU with a free slot, or waits for all", "[policies][gpu_fallback]") {
    const FleetSetup setup = fallback();
    Views views = quiet();
    views[1].idle = 1;
    Route route = setup.route->route(RequestView{}, views);
    CHECK(route.pool == kCloud);
    views[0].idle = 1;
    CHECK(setup.route->route(RequestView{}, views).pool == kBase);
    views[0].idle = views[1].idle = 0;
    route = setup.route->route(RequestView{}, views);
    CHECK(route.pool == kBase);
    REQUIRE(route.fallback_count == 1);
    CHECK(route.fallbacks[0] == kCloud);
    CHECK(!route.overflow);
    views[0].start_refused = true;
    route = setup.route->route(RequestView{}, views);
    CHECK(route.pool == kCloud);
    CHECK(route.fallbacks[0] == kBase);
}

TEST_CASE("a fallback between fewer than two pools, or twice to one, is refused",
          "[policies][gpu_fallback]") {
    const auto error_with = [](const char* json) {
        return error_of([&] { make_fleet_policy(config(json), TestFleet{}.context()); });
    };
    CHECK_THAT(error_with(R"({"name": "gpu-fallback", "pools": ["base"]})"),
               contains_text("test.json: pools: a fallback needs two pools or more"));
    CHECK_THAT(error_with(R"({"name": "gpu-fallback", "pools": ["base", "base"]})"),
               contains_text("test.json: pools[1]: pool \"base\" is named twice"));
}
