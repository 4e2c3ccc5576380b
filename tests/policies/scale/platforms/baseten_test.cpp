#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView replicas(Duration at, int ready, double load) {
    PoolView view = quiet_pool(at);
    view.busy = ready;
    view.metrics.in_flight = load;
    return view;
}

}  // namespace

TEST_CASE("baseten grows at once above its utilised target", "[policies][baseten]") {
    const auto policy = scale_policy(R"({"name": "baseten", "concurrency_target": 10})");
    CHECK(policy->wakes().window == 60s);
    const ScaleDecision decision = policy->decide(replicas(10s, 2, 15), Trigger::kTick);
    CHECK(decision.target == 3);  // ceil(15 / 7)
    CHECK(decision.observed == 15);
    CHECK(decision.threshold == 14);
    CHECK(target_at_tick(*policy, replicas(20s, 2, 14)) == 2);
}

TEST_CASE("baseten removes at most half of its replicas after 900 s of lower load, and again",
          "[policies][baseten]") {
    const auto policy = scale_policy(R"({"name": "baseten", "concurrency_target": 10})");
    CHECK(target_at_tick(*policy, replicas(0s, 8, 7)) == 8);
    const ScaleDecision held = policy->decide(replicas(890s, 8, 7), Trigger::kTick);
    CHECK(held.target == 8);
    CHECK(held.observed == 890);
    CHECK(held.threshold == 900);
    CHECK(target_at_tick(*policy, replicas(900s, 8, 7)) == 4);  // one would do, four may go
    CHECK(target_at_tick(*policy, replicas(1790s, 4, 7)) == 4);
    CHECK(target_at_tick(*policy, replicas(1800s, 4, 7)) == 2);
    // A single look at a higher load begins the delay anew.
    CHECK(target_at_tick(*policy, replicas(2690s, 2, 14)) == 2);
    CHECK(target_at_tick(*policy, replicas(2700s, 2, 7)) == 2);
    CHECK(target_at_tick(*policy, replicas(3600s, 2, 7)) == 1);  // one of two goes at least
}

TEST_CASE("baseten goes to zero like any other step, and from it by a request", "[policies][baseten]") {
    const auto policy = scale_policy(R"({"name": "baseten", "scale_down_delay": "60s"})");
    CHECK(target_at_tick(*policy, replicas(0s, 1, 0)) == 1);
    CHECK(target_at_tick(*policy, replicas(60s, 1, 0)) == 0);
    CHECK(policy->decide(quiet_pool(70s), Trigger::kUnserved).target == 1);
    CHECK(target_at_tick(*policy, replicas(100s, 1, 0)) == 1);  // counted from its own first quiet look
    CHECK(target_at_tick(*policy, replicas(160s, 1, 0)) == 0);
}
