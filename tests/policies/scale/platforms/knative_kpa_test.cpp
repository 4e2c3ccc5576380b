#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView kpa_pods(Duration at, int ready, double stable, double panic) {
    PoolView view = quiet_pool(at);
    view.idle = ready;
    view.metrics.in_flight = stable;
    view.short_metrics.in_flight = panic;
    return view;
}

constexpr std::string_view kHundred = R"({"name": "knative-kpa", "target": 100})";

}  // namespace

TEST_CASE("knative-kpa reads two windows of weighted seconds, every 2 s", "[policies][knative_kpa]") {
    const Wakes wakes = scale_policy(R"("knative-kpa")")->wakes();
    CHECK(wakes.tick == 2s);
    CHECK(wakes.window == 60s);
    CHECK(wakes.short_window == 6s);
    CHECK(wakes.sample_period == 1s);
    CHECK(wakes.time_weighted);
    CHECK(wakes.forgets_empty);
    CHECK_FALSE(wakes.live);
}

TEST_CASE("knative-kpa starts with its initial scale and keeps it until it was reached",
          "[policies][knative_kpa]") {
    const auto policy = scale_policy(R"({"name": "knative-kpa", "initial_scale": 3})");
    CHECK(policy->decide(quiet_pool(0s), Trigger::kStart).target == 3);
    PoolView view = kpa_pods(2s, 1, 0, 0);
    view.starting = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 3);
    view.idle = 3;
    view.starting = 0;
    CHECK(policy->decide(view, Trigger::kReady).target == 3);
    view.now = SimTime{4s};
    CHECK(policy->decide(view, Trigger::kTick).target == 1);  // floor(3 / 2)
}

TEST_CASE("knative-kpa follows its stable window, and its panic window in a burst",
          "[policies][knative_kpa]") {
    const auto policy = scale_policy(kHundred, 100);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    ScaleDecision decision = policy->decide(kpa_pods(2s, 1, 100, 120), Trigger::kTick);
    CHECK(decision.target == 2);      // ceil(100 / 70); ceil(120 / 70) = 2 of 1 is a panic
    CHECK(decision.observed == 100);  // both windows want two
    CHECK(decision.threshold == 70);  // 70 x 1 ready pod
    decision = policy->decide(kpa_pods(4s, 2, 110, 400), Trigger::kTick);
    CHECK(decision.target == 6);  // ceil(400 / 70)
    CHECK(decision.rule == "panic: mean requests in flight against target x ready pods");
    CHECK(decision.observed == 400);
    CHECK(decision.threshold == 140);
    CHECK(decision.victims == VictimOrder::kNewest);
    CHECK(decision.drain_limit == 300s);
}

TEST_CASE("knative-kpa keeps its last pod for the stable window and the grace period",
          "[policies][knative_kpa]") {
    const auto policy = scale_policy(kHundred, 100);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    // Active since 2 s, without a request: active until 62 s, inactive until 92 s.
    ScaleDecision decision = policy->decide(kpa_pods(2s, 1, 0, 0), Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.wake_at == SimTime{62s});
    CHECK(decision.observed == 0);
    CHECK(decision.threshold == 60);
    CHECK(policy->decide(kpa_pods(60s, 1, 0, 0), Trigger::kTick).target == 1);
    decision = policy->decide(kpa_pods(62s, 1, 0, 0), Trigger::kWakeAt);
    CHECK(decision.target == 1);
    CHECK(decision.wake_at == SimTime{92s});
    CHECK(decision.rule == "inactive, within the grace period, in s");
    CHECK(policy->decide(kpa_pods(90s, 1, 0, 0), Trigger::kTick).target == 1);
    CHECK(policy->decide(kpa_pods(92s, 1, 0, 0), Trigger::kWakeAt).target == 0);
}

TEST_CASE("a request within the grace period makes the pod active again", "[policies][knative_kpa]") {
    const auto policy = scale_policy(kHundred, 100);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    policy->decide(kpa_pods(2s, 1, 0, 0), Trigger::kTick);
    policy->decide(kpa_pods(62s, 1, 0, 0), Trigger::kWakeAt);
    CHECK(policy->decide(kpa_pods(70s, 1, 0.5, 1), Trigger::kTick).target == 1);  // active since 70 s
    const ScaleDecision decision = policy->decide(kpa_pods(132s, 1, 0, 0), Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.wake_at == SimTime{162s});  // active for the window already: the grace period begins
}

TEST_CASE("a pod retention longer than the grace period holds the last pod", "[policies][knative_kpa]") {
    const auto policy = scale_policy(
        R"({"name": "knative-kpa", "target": 100, "scale_to_zero_pod_retention_period": "50s"})", 100);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    policy->decide(kpa_pods(0s, 1, 0, 0), Trigger::kTick);
    CHECK(policy->decide(kpa_pods(60s, 1, 0, 0), Trigger::kTick).wake_at == SimTime{110s});
    const auto none =
        scale_policy(R"({"name": "knative-kpa", "target": 100, "scale_to_zero_grace_period": "0s"})", 100);
    none->decide(quiet_pool(0s), Trigger::kStart);
    none->decide(kpa_pods(0s, 1, 0, 0), Trigger::kTick);
    CHECK(none->decide(kpa_pods(60s, 1, 0, 0), Trigger::kTick).target == 0);
}

TEST_CASE("from zero the activator's first report decides at once", "[policies][knative_kpa]") {
    const auto policy = scale_policy(kHundred, 100);
    CHECK(policy->wakes().unserved);
    CHECK(policy->decide(quiet_pool(5s), Trigger::kUnserved).target == 1);  // ceil(1 / 70)
    // The pod is on its way and nothing is seen: it is not taken back.
    PoolView view = quiet_pool(6s);
    view.starting = 1;
    CHECK(policy->decide(view, Trigger::kTick).target == 1);
    // With one request a pod, one request is more than 70% of it: ceil(1 / 0.7) = 2 pods, a panic.
    CHECK(scale_policy(R"("knative-kpa")")->decide(quiet_pool(5s), Trigger::kUnserved).target == 2);
}

TEST_CASE("a target above what a pod takes at once counts as that", "[policies][knative_kpa]") {
    // Four at once: 70% of min(100, 4) is 2.8 a pod, so that 14 in flight want five pods; of 70 it would be
    // one.
    const auto policy = scale_policy(kHundred, 4);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    const ScaleDecision decision = policy->decide(kpa_pods(2s, 4, 14, 14), Trigger::kTick);
    CHECK(decision.target == 5);
    CHECK(decision.threshold == 0.7 * 4 * 4);
    // Below it, the target holds: 1.4 a pod.
    const auto lower = scale_policy(R"({"name": "knative-kpa", "target": 2})", 4);
    lower->decide(quiet_pool(0s), Trigger::kStart);
    CHECK(lower->decide(kpa_pods(2s, 8, 14, 14), Trigger::kTick).target == 10);
}

TEST_CASE("knative-kpa stays at a minimum and refuses what makes no sense", "[policies][knative_kpa]") {
    const auto policy = scale_policy(kHundred, 100, 2);
    PoolView view = kpa_pods(100s, 1, 0, 0);
    view.min_workers = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 2);
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "knative-kpa", "max_scale_up_rate": 1})"), contains_text("above 1"));
    CHECK_THAT(make(R"({"name": "knative-kpa", "panic_window": "1%"})"), contains_text("no sample"));
    CHECK_THAT(make(R"({"name": "knative-kpa", "initial_scale": 11})"), contains_text("workers.max"));
    CHECK_THAT(make(R"({"name": "knative-kpa", "target": 0})"), contains_text("above 0"));
}
