#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView pods(Duration at, int ready, double load, double short_load = 0) {
    PoolView view = quiet_pool(at);
    view.max_workers = 1000;
    view.busy = ready;
    view.metrics.in_flight = load;
    view.short_metrics.in_flight = short_load;
    return view;
}

}  // namespace

TEST_CASE("aibrix grows to at most twice its pods beyond its tolerance", "[policies][aibrix]") {
    const auto policy = scale_policy(R"({"name": "aibrix", "target": 10})");
    CHECK(policy->wakes().tick == 10s);
    CHECK(policy->wakes().window == 180s);
    CHECK(target_at_tick(*policy, pods(10s, 2, 22)) == 2);  // 1.1
    const ScaleDecision decision = policy->decide(pods(20s, 2, 31), Trigger::kTick);
    CHECK(decision.target == 4);  // ceil(31 / 10)
    CHECK(decision.observed == 31);
    CHECK(decision.threshold == 20);
    CHECK(decision.drain_limit == 30s);                     // a pod's grace period
    CHECK(target_at_tick(*policy, pods(30s, 2, 90)) == 4);  // 2 x 2
}

TEST_CASE("aibrix shrinks to at least half, and to the largest size of 300 s", "[policies][aibrix]") {
    const auto policy = scale_policy(R"({"name": "aibrix", "target": 10, "scale_down_window": "60s"})");
    CHECK(target_at_tick(*policy, pods(0s, 9, 90)) == 9);
    CHECK(target_at_tick(*policy, pods(10s, 9, 10)) == 9);
    CHECK(target_at_tick(*policy, pods(60s, 9, 10)) == 9);
    CHECK(target_at_tick(*policy, pods(70s, 9, 10)) == 4);  // floor(9 / 2)
}

TEST_CASE("aibrix may use Knative's formula with windows of 180 and 60 s", "[policies][aibrix]") {
    const auto policy =
        scale_policy(R"({"name": "aibrix", "scaler": "kpa", "target": 10, "scale_down_window": "0s"})");
    CHECK(policy->wakes().short_window == 60s);
    CHECK(target_at_tick(*policy, pods(10s, 2, 15, 35)) == 4);   // 4 of 2 is a panic
    CHECK(target_at_tick(*policy, pods(20s, 4, 15, 15)) == 4);   // the panic holds them for 180 s
    CHECK(target_at_tick(*policy, pods(190s, 4, 15, 15)) == 4);  // 180 s after 10 s, not longer ago
    CHECK(target_at_tick(*policy, pods(200s, 4, 15, 15)) == 2);  // max(ceil(15 / 10), floor(4 / 2))
}

TEST_CASE("aibrix starts from zero by a request, or at the look that sees it", "[policies][aibrix]") {
    CHECK(scale_policy(R"("aibrix")")->decide(quiet_pool(5s), Trigger::kUnserved).target == 1);
    const auto policy = scale_policy(R"({"name": "aibrix", "from_zero": "tick"})");
    PoolView view = quiet_pool(10s);
    CHECK(target_at_tick(*policy, view) == 0);
    view.metrics.queued = 0.5;
    CHECK(target_at_tick(*policy, view) == 1);
}
