#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView fireworks_replicas(Duration at, int ready, double load) {
    PoolView view = quiet_pool(at);
    view.concurrency = 10;
    view.busy = ready;
    view.metrics.in_flight = load;
    view.last_active = SimTime{0s};
    return view;
}

}  // namespace

TEST_CASE("fireworks grows to what was wanted throughout 30 s, at 80% of the slots",
          "[policies][fireworks]") {
    const auto policy = scale_policy(R"("fireworks")", 10);
    policy->decide(fireworks_replicas(0s, 1, 0), Trigger::kStart);
    CHECK(target_at_tick(*policy, fireworks_replicas(10s, 1, 8)) == 1);
    CHECK(target_at_tick(*policy, fireworks_replicas(20s, 1, 40)) == 1);
    CHECK(target_at_tick(*policy, fireworks_replicas(30s, 1, 24)) == 1);
    const ScaleDecision decision = policy->decide(fireworks_replicas(50s, 1, 40), Trigger::kTick);
    CHECK(decision.target == 3);  // five, three and five were wanted
    CHECK(decision.observed == 40);
    CHECK(decision.threshold == 8);
}

TEST_CASE("fireworks shrinks to the largest size of ten minutes, never below one by load",
          "[policies][fireworks]") {
    const auto policy = scale_policy(R"("fireworks")", 10);
    policy->decide(fireworks_replicas(0s, 5, 40), Trigger::kStart);
    CHECK(target_at_tick(*policy, fireworks_replicas(10s, 5, 40)) == 5);
    CHECK(target_at_tick(*policy, fireworks_replicas(20s, 5, 0)) == 5);
    CHECK(target_at_tick(*policy, fireworks_replicas(610s, 5, 0)) == 5);
    CHECK(target_at_tick(*policy, fireworks_replicas(620s, 5, 0)) == 1);
}

TEST_CASE("fireworks goes to zero an hour after the last request", "[policies][fireworks]") {
    const auto policy = scale_policy(R"("fireworks")", 10);
    CHECK(target_at_tick(*policy, fireworks_replicas(3590s, 1, 0)) == 1);
    const ScaleDecision decision = policy->decide(fireworks_replicas(3600s, 1, 0), Trigger::kTick);
    CHECK(decision.target == 0);
    CHECK(decision.observed == 3600);
}

TEST_CASE("fireworks starts from zero by a request, or at the look that sees it", "[policies][fireworks]") {
    CHECK(scale_policy(R"("fireworks")")->decide(quiet_pool(5s), Trigger::kUnserved).target == 1);
    const auto policy = scale_policy(R"({"name": "fireworks", "from_zero": "tick"})");
    PoolView view = quiet_pool(10s);
    CHECK(target_at_tick(*policy, view) == 0);
    view.metrics.queued = 0.5;
    CHECK(target_at_tick(*policy, view) == 1);
}
