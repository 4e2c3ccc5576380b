#include <array>

#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

FleetSetup spike_buffer(std::string more) {
    return make_fleet_policy(
        config(R"({"name": "spike-buffer", "base": "base", "buffer": "cloud")" + more + "}"),
        TestFleet{}.context());
}

std::string error_with(const std::string& more) {
    return error_of([&] { spike_buffer(more); });
}

}  // namespace

TEST_CASE("the base of a spike buffer is constant, its buffer starts workers for its own queue only",
          "[policies][spike_buffer]") {
    const FleetSetup setup = spike_buffer(R"(, "base_workers": 3, "idle_timeout": "20s")");
    CHECK(setup.scales == std::vector{kBase, kCloud});
    CHECK(setup.policy->wakes(kCloud).idle_for == 20s);
    CHECK(setup.policy->wakes(kCloud).unserved);
    CHECK_FALSE(setup.policy->wakes(kBase).unserved);

    std::array views{quiet_pool(10s), quiet_pool(10s)};
    views[0].busy = 3;
    views[0].queued = 7;  // waits in the base, has not overflowed
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kBase, Trigger::kStart, decisions);
    CHECK(decisions[0].target == 3);
    CHECK(decisions[0].idle_reason == IdleReason::kHeadroom);
    setup.policy->decide(views, kCloud, Trigger::kStart, decisions);
    CHECK(decisions[1].target == 0);

    views[1].queued = 3;  // these have
    setup.policy->decide(views, kCloud, Trigger::kUnserved, decisions);
    CHECK(decisions[1].target == 2);  // ceil(3 / 2 slots)

    views[1] = quiet_pool(60s);
    views[1].idle = 2;
    views[1].idle_expired = 2;
    setup.policy->decide(views, kCloud, Trigger::kIdle, decisions);
    CHECK(decisions[1].target == 0);
}

TEST_CASE("each pool of a spike buffer is held to its own limits and slots", "[policies][spike_buffer]") {
    // The other way round: "cloud" (up to 10 workers) is the base, "base" (one slot a worker) the buffer.
    const FleetSetup setup = make_fleet_policy(
        config(R"({"name": "spike-buffer", "base": "cloud", "buffer": "base", "base_workers": 6})"),
        TestFleet{}.context());
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[0].queued = 3;
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kCloud, Trigger::kStart, decisions);
    setup.policy->decide(views, kBase, Trigger::kUnserved, decisions);
    CHECK(decisions[1].target == 6);
    CHECK(decisions[0].target == 3);
}

TEST_CASE("the base of a spike buffer may follow a schedule", "[policies][spike_buffer]") {
    const FleetSetup setup = spike_buffer(R"(, "base_policy": {"name": "schedule",
        "entries": [{"from": "08:00", "workers": 4}, {"from": "20:00", "workers": 1}]})");
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[0].wall_clock = *parse_wall_clock("2026-03-02T12:00");
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kBase, Trigger::kStart, decisions);
    CHECK(decisions[0].target == 4);
}

TEST_CASE("a spike buffer brings the route of its rule", "[policies][spike_buffer]") {
    const FleetSetup setup =
        spike_buffer(R"(, "base_workers": 3, "when": "queue-age", "queue_age": "2s", "mode": "early")");
    REQUIRE(setup.route);
    CHECK(setup.route->looks_at_request_only());
    const Route route = setup.route->route(RequestView{}, {});
    CHECK(route.pool == kBase);
    CHECK(route.overflow == kCloud);
    CHECK(route.overflow_after == 2s);
    CHECK(route.early);
}

TEST_CASE("a spike buffer refuses a base of unclear size and pools that are the same",
          "[policies][spike_buffer]") {
    CHECK_THAT(error_with(""), contains_text("the size of the base is missing"));
    CHECK_THAT(error_with(R"(, "base_workers": 1, "base_policy": "scale-to-zero")"),
               contains_text("both say the size of the base"));
    CHECK_THAT(error_with(R"(, "base_workers": 5)"),
               contains_text(
                   "test.json: base_workers: 5 workers are more than \"workers.max\" of pool \"base\", 4"));
    CHECK_THAT(error_of([] {
                   make_fleet_policy(config(R"({"name": "spike-buffer", "base": "base", "buffer": "base",
                                                "base_workers": 1})"),
                                     TestFleet{}.context());
               }),
               contains_text("test.json: buffer: it is the same pool as base, \"base\""));
    CHECK_THAT(error_of([] {
                   make_fleet_policy(config(R"({"name": "spike-buffer", "base": "bse", "buffer": "cloud"})"),
                                     TestFleet{}.context());
               }),
               contains_text("test.json: base: unknown pool \"bse\"\n  hint: did you mean \"base\"?"));
}
