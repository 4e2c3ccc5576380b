#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("beam wants a container for each task, at a request and every second", "[policies][beam]") {
    const auto policy = scale_policy(R"({"name": "beam", "tasks_per_container": 2})");
    CHECK(policy->wakes().tick == 1s);
    CHECK(policy->wakes().unserved);
    CHECK(policy->wakes().idle_for == 180s);
    PoolView view = quiet_pool(1s);
    view.queued = 4;
    view.busy = view.in_flight = 1;
    const ScaleDecision decision = policy->decide(view, Trigger::kUnserved);
    CHECK(decision.target == 3);  // ceil((4 + 1) / 2)
    CHECK(decision.observed == 5);
    CHECK(decision.threshold == 2);
    view.queued = 50;
    CHECK(policy->decide(view, Trigger::kTick).target == 26);  // beyond the limit it is a wish
}

TEST_CASE("beam keeps a container that holds its lock", "[policies][beam]") {
    // One task runs on one of three containers, of which one has been idle for longer than the lock.
    const auto policy = scale_policy(R"("beam")");
    PoolView view = quiet_pool(500s);
    view.busy = view.in_flight = 1;
    view.idle = 2;
    view.idle_expired = 1;
    const ScaleDecision decision = policy->decide(view, Trigger::kIdle);
    CHECK(decision.target == 2);
    CHECK(decision.observed == 180);
    view.busy = view.in_flight = 0;
    view.idle = view.idle_expired = 3;
    CHECK(policy->decide(view, Trigger::kTick).target == 0);
}
