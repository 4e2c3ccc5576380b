#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("cerebrium adds the replicas for the requests in flight and a buffer", "[policies][cerebrium]") {
    const auto policy = scale_policy(R"({"name": "cerebrium", "scaling_buffer": 2})", 4);
    CHECK(policy->wakes().tick == 30s);
    CHECK(policy->wakes().idle_for == 60s);
    PoolView view = quiet_pool(30s);
    view.concurrency = 4;
    view.busy = 1;
    view.metrics.in_flight = 4;
    view.metrics.queued = 5;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 5);  // ceil(9 / 4) + 2
    CHECK(decision.buffer == 2);
    CHECK(decision.observed == 9);
    CHECK(decision.threshold == 4);
    CHECK(policy->decide(quiet_pool(31s), Trigger::kUnserved).target == 1);
}

TEST_CASE("cerebrium stops replicas that idled for the cool-down, at its next look",
          "[policies][cerebrium]") {
    const auto policy = scale_policy(R"({"name": "cerebrium", "scaling_buffer": 2})");
    PoolView view = quiet_pool(300s);
    view.idle = 3;
    view.idle_expired = 2;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.buffer == 0);
    CHECK(decision.observed == 60);
}
