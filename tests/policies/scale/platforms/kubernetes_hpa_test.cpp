#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView hpa_pods(Duration at, int ready, double in_flight) {
    PoolView view = quiet_pool(at);
    view.max_workers = 1000;
    view.busy = ready;
    view.metrics.in_flight = in_flight;
    return view;
}

constexpr std::string_view kHpa7 = R"({"name": "kubernetes-hpa", "target": 7})";
/// Without limits on the rate.
constexpr std::string_view kFree7 =
    R"({"name": "kubernetes-hpa", "target": 7, "up_pods": 1000, "down_window": "0s"})";

}  // namespace

TEST_CASE("kubernetes-hpa grows in proportion to the metric of the ready pods", "[policies][hpa]") {
    const auto policy = scale_policy(kFree7);
    const ScaleDecision decision = policy->decide(hpa_pods(15s, 2, 21), Trigger::kTick);
    CHECK(decision.target == 3);  // ceil(2 x 1.5)
    CHECK(decision.observed == 21);
    CHECK(decision.threshold == 14);
    CHECK(target_at_tick(*policy, hpa_pods(30s, 3, 22)) == 3);    // 1.048: within 10%
    CHECK(target_at_tick(*policy, hpa_pods(45s, 2, 15.4)) == 2);  // 1.1 exactly
    CHECK(target_at_tick(*policy, hpa_pods(60s, 4, 14)) == 2);
}

TEST_CASE("pods that start count as zero where the metric asks for more, as on target where for fewer",
          "[policies][hpa]") {
    const auto policy = scale_policy(kFree7);
    PoolView view = hpa_pods(15s, 2, 28);
    view.starting = 2;
    CHECK(target_at_tick(*policy, view) == 4);  // 2.0 over two pods is 1.0 over four
    view.metrics.in_flight = 35;
    CHECK(target_at_tick(*policy, view) == 5);  // 35 / 7
    view.metrics.in_flight = 7;
    CHECK(target_at_tick(*policy, view) == 3);  // (7 + 2 x 7) / (7 x 4) = 0.75 of four
    view.metrics.in_flight = 9.1;               // 0.65 of two, 0.825 of four
    CHECK(target_at_tick(*policy, view) == 4);  // ceil(3.3)
    view.starting = 8;
    view.metrics.in_flight = 7;
    CHECK(target_at_tick(*policy, view) == 10);  // (7 + 8 x 7) / (7 x 10) = 0.9: within the tolerance
    view.starting = 0;
    view.asked = 2;
    CHECK(target_at_tick(*policy, view) == 1);  // without a node they do not count: ceil(2 x 0.5)
    view.busy = 0;
    CHECK(target_at_tick(*policy, view) == 2);  // none is ready: no metric, no change
}

TEST_CASE("kubernetes-hpa adds at most its size or four pods in 15 s", "[policies][hpa]") {
    const auto policy = scale_policy(kHpa7);
    CHECK(target_at_tick(*policy, hpa_pods(0s, 1, 700)) == 5);    // 1 + max(1, 4)
    CHECK(target_at_tick(*policy, hpa_pods(10s, 5, 700)) == 5);   // the four are within these 15 s
    CHECK(target_at_tick(*policy, hpa_pods(15s, 5, 700)) == 10);  // 5 + max(5, 4)
    CHECK(target_at_tick(*policy, hpa_pods(30s, 10, 700)) == 20);
    const auto slow =
        scale_policy(R"({"name": "kubernetes-hpa", "target": 7, "up_share": 0.5, "up_pods": 1})");
    CHECK(target_at_tick(*slow, hpa_pods(0s, 5, 700)) == 8);  // ceil(7.5)
}

TEST_CASE("kubernetes-hpa shrinks to the largest size of five minutes", "[policies][hpa]") {
    const auto policy = scale_policy(kHpa7);
    CHECK(target_at_tick(*policy, hpa_pods(0s, 10, 70)) == 10);
    CHECK(target_at_tick(*policy, hpa_pods(15s, 10, 14)) == 10);
    CHECK(target_at_tick(*policy, hpa_pods(285s, 10, 14)) == 10);
    CHECK(target_at_tick(*policy, hpa_pods(300s, 10, 14)) == 2);  // what was wanted at 0 s is 300 s old
    const auto half =
        scale_policy(R"({"name": "kubernetes-hpa", "target": 7, "down_window": "0s", "down_share": "50%"})");
    CHECK(target_at_tick(*half, hpa_pods(0s, 10, 7)) == 5);
    CHECK(target_at_tick(*half, hpa_pods(10s, 5, 7)) == 5);  // five of ten went within these 15 s
    CHECK(target_at_tick(*half, hpa_pods(15s, 5, 7)) == 2);  // trunc(5 x 0.5)
}

TEST_CASE("an upward window grows only to the smallest size wanted in it", "[policies][hpa]") {
    const auto policy =
        scale_policy(R"({"name": "kubernetes-hpa", "target": 7, "up_pods": 100, "up_window": "60s"})");
    CHECK(target_at_tick(*policy, hpa_pods(0s, 2, 14)) == 2);
    CHECK(target_at_tick(*policy, hpa_pods(15s, 2, 70)) == 2);
    CHECK(target_at_tick(*policy, hpa_pods(30s, 2, 42)) == 2);
    CHECK(target_at_tick(*policy, hpa_pods(60s, 2, 70)) == 6);  // ten, six and ten were wanted
}

TEST_CASE("kubernetes-hpa may divide requests in all, or count busy pods", "[policies][hpa]") {
    const auto total =
        scale_policy(R"({"name": "kubernetes-hpa", "metric": "queued", "target": 5, "up_pods": 100})");
    PoolView view = hpa_pods(0s, 2, 99);
    view.starting = 1;
    view.metrics.queued = 32;
    const ScaleDecision decision = total->decide(view, Trigger::kTick);
    CHECK(decision.target == 7);      // ceil(32 / 5)
    CHECK(decision.threshold == 15);  // 5 x 3 pods, ready or not
    const auto busy = scale_policy(R"({"name": "kubernetes-hpa", "metric": "busy-share"})");
    view = hpa_pods(0s, 4, 0);
    view.metrics.busy_share = 0.9;
    CHECK(target_at_tick(*busy, view) == 6);  // ceil(4 x 0.9 / 0.7)
}

TEST_CASE("kubernetes-hpa starts at 1 and never goes below", "[policies][hpa]") {
    const auto policy = scale_policy(kFree7);
    CHECK(policy->decide(quiet_pool(0s), Trigger::kStart).target == 1);
    const ScaleDecision decision = policy->decide(hpa_pods(15s, 3, 0), Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.floor == 1);
    CHECK(decision.victims == VictimOrder::kNewest);
    CHECK(decision.drain_limit == 30s);
}

TEST_CASE("a wish beyond the limit stays a wish", "[policies][hpa]") {
    const auto policy = scale_policy(kHpa7);
    PoolView view = hpa_pods(0s, 8, 700);
    view.max_workers = 10;
    CHECK(target_at_tick(*policy, view) ==
          16);  // twice; the fleet clamps it to 10, of which two count as growth
    view.busy = 10;
    view.now = SimTime{10s};
    CHECK(target_at_tick(*policy, view) == 16);
}
