#include <array>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<PoolRoute> overflow_route(const std::string& rule) {
    return make_pool_route(config(R"({"name": "overflow", "pools": ["base", "cloud"], )" + rule + "}"),
                           TestFleet{}.context());
}

std::string error_with(const std::string& rule) {
    return error_of([&] { overflow_route(rule); });
}

/// The base with three workers of four slots, in the given state; "cloud" is empty.
std::array<PoolView, 2> base_with(int in_flight, int queued) {
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[0].busy = 3;
    views[0].concurrency = 4;
    views[0].in_flight = in_flight;
    views[0].queued = queued;
    return views;
}

}  // namespace

TEST_CASE("by queue age every request may overflow, and the fleet watches the clock",
          "[policies][overflow]") {
    const auto by_age = overflow_route(R"("queue_age": "500ms")");
    CHECK(by_age->looks_at_request_only());
    const Route route = by_age->route(RequestView{}, {});
    CHECK(route.pool == kBase);
    CHECK(route.overflow == kCloud);
    CHECK(route.overflow_after == 500ms);
    CHECK_FALSE(route.early);
}

TEST_CASE("by queue length a request overflows at once when enough wait before it", "[policies][overflow]") {
    const auto by_length =
        overflow_route(R"("when": "base-queue-length", "queue_length": 2, "mode": "early")");
    CHECK_FALSE(by_length->looks_at_request_only());
    CHECK_FALSE(by_length->route(RequestView{}, base_with(12, 1)).overflow);
    const Route route = by_length->route(RequestView{}, base_with(12, 2));
    CHECK(route.pool == kBase);
    CHECK(route.overflow == kCloud);
    CHECK(route.overflow_after == 0s);
    CHECK(route.early);
}

TEST_CASE("by busy share a request overflows when that share of the base's slots is taken",
          "[policies][overflow]") {
    const auto by_share =
        overflow_route(R"("when": "base-busy-share", "busy_share": "75%", "mode": "early")");
    CHECK_FALSE(by_share->route(RequestView{}, base_with(8, 0)).overflow);  // 8 of 12
    const Route route = by_share->route(RequestView{}, base_with(9, 0));    // 9 of 12
    CHECK(route.pool == kCloud);                                            // past the free slots of the base
    CHECK_FALSE(route.overflow);
    const Route full = by_share->route(RequestView{}, base_with(12, 0));
    CHECK(full.pool == kBase);
    CHECK(full.overflow == kCloud);
    CHECK(full.early);
}

TEST_CASE("by queue length the base's free slots come first, whatever the threshold",
          "[policies][overflow]") {
    const auto always = overflow_route(R"("when": "base-queue-length", "queue_length": 0, "mode": "early")");
    const Route route = always->route(RequestView{}, base_with(8, 0));
    CHECK(route.pool == kBase);
    CHECK(route.overflow == kCloud);
}

TEST_CASE("a base without a ready worker is full", "[policies][overflow]") {
    const auto by_share = overflow_route(R"("when": "base-busy-share")");
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[0].starting = 3;
    const Route route = by_share->route(RequestView{}, views);
    CHECK(route.overflow == kCloud);
    CHECK_FALSE(route.early);
}

TEST_CASE("over several pools a request overflows to the first that the rule lets in, else to the last",
          "[policies][overflow]") {
    TestFleet fleet;
    fleet.pools = {{"a", 1, 0, 4}, {"b", 1, 0, 4}, {"c", 1, 0, 4}};
    const auto route = make_pool_route(
        config(R"({"name": "overflow", "pools": ["c", "a", "b"], "when": "base-queue-length"})"),
        fleet.context());
    std::array views{quiet_pool(0s), quiet_pool(0s), quiet_pool(0s)};
    CHECK(route->route(RequestView{}, views).pool == PoolId{2});
    CHECK_FALSE(route->route(RequestView{}, views).overflow);
    views[2].queued = 1;
    CHECK(route->route(RequestView{}, views).pool == PoolId{2});
    CHECK(route->route(RequestView{}, views).overflow == PoolId{0});
    views[0].queued = 1;
    CHECK(route->route(RequestView{}, views).overflow == PoolId{1});
    views[1].queued = 1;
    CHECK(route->route(RequestView{}, views).overflow == PoolId{1});
}

TEST_CASE("an overflow rule that contradicts itself is refused", "[policies][overflow]") {
    CHECK_THAT(error_with(R"("queue_length": 2)"),
               contains_text("test.json: queue_length: the chosen rule does not look at it"));
    CHECK_THAT(error_with(R"("when": "base-busy-share", "queue_age": "1s")"),
               contains_text("test.json: queue_age:"));
    CHECK_THAT(error_with(R"("when": "base-busy-share", "busy_share": 0.5)"),
               contains_text("needs mode \"early\""));
    CHECK_THAT(error_with(R"("when": "base-busy-share", "busy_share": 1.5)"), contains_text("from 0 to 1"));
    CHECK_THAT(error_with(R"("when": "queue-aje")"), contains_text("did you mean \"queue-age\"?"));
}

TEST_CASE("an overflow names its pools once each, two at least", "[policies][overflow]") {
    const auto make = [](const std::string& pools) {
        return error_of([&] {
            make_pool_route(config(R"({"name": "overflow", "pools": )" + pools + "}"), TestFleet{}.context());
        });
    };
    CHECK_THAT(make(R"(["base"])"), contains_text("test.json: pools: an overflow needs two pools or more"));
    CHECK_THAT(make(R"(["base", "base"])"),
               contains_text("test.json: pools[1]: pool \"base\" is named twice"));
    CHECK_THAT(make(R"(["base", "sky"])"), contains_text("unknown pool \"sky\""));
}

TEST_CASE("a queue age chooses between two pools, not more", "[policies][overflow]") {
    TestFleet fleet;
    fleet.pools = {{"a", 1, 0, 4}, {"b", 1, 0, 4}, {"c", 1, 0, 4}};
    CHECK_THAT(error_of([&] {
                   make_pool_route(config(R"({"name": "overflow", "pools": ["a", "b", "c"]})"),
                                   fleet.context());
               }),
               contains_text("queue-age takes exactly two pools"));
}
