#include <array>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kBatchOnBase = R"({"name": "class-split", "base": "base", "serverless": "cloud",
    "base_classes": ["batch"], "base_workers": 2, "idle_timeout": "30s"})";

RequestView request_of(std::uint32_t class_number) {
    RequestView request{};
    request.class_id = {class_number};
    return request;
}

}  // namespace

TEST_CASE("class-split sends the named classes to the base and the others to the serverless pool",
          "[policies][class_split]") {
    const FleetSetup setup = make_fleet_policy(config(kBatchOnBase), TestFleet{}.context());
    REQUIRE(setup.route);
    CHECK(setup.route->route(request_of(0), {}).pool == kCloud);
    CHECK(setup.route->route(request_of(1), {}).pool == kBase);
    CHECK_FALSE(setup.route->route(request_of(1), {}).overflow);
    CHECK(setup.route->looks_at_request_only());
}

TEST_CASE("class-split keeps its base constant and scales the serverless pool to zero",
          "[policies][class_split]") {
    const FleetSetup setup = make_fleet_policy(config(kBatchOnBase), TestFleet{}.context());
    std::array views{quiet_pool(0s), quiet_pool(0s)};
    views[1].queued = 1;
    std::array<ScaleDecision, 2> decisions;
    setup.policy->decide(views, kBase, Trigger::kStart, decisions);
    setup.policy->decide(views, kCloud, Trigger::kUnserved, decisions);
    CHECK(decisions[0].target == 2);
    CHECK(decisions[1].target == 1);
    CHECK(setup.policy->wakes(kCloud).idle_for == 30s);
}

TEST_CASE("class-split refuses a class that is not there, and none at all", "[policies][class_split]") {
    const auto make = [](std::string classes) {
        return error_of([&] {
            make_fleet_policy(config(R"({"name": "class-split", "base": "base", "serverless": "cloud",
                                         "base_workers": 1, "base_classes": )" +
                                     classes + "}"),
                              TestFleet{}.context());
        });
    };
    CHECK_THAT(make(R"(["batsh"])"),
               contains_text(
                   "test.json: base_classes[0]: unknown class \"batsh\"\n  hint: did you mean \"batch\"?"));
    CHECK_THAT(make("[]"), contains_text("no class is named"));
    CHECK_THAT(make(R"("batch")"), contains_text("expected a list"));
}
