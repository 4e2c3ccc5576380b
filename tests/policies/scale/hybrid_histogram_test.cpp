#include <algorithm>

#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView pool(Duration at, int present, int in_flight, int queued = 0) {
    PoolView view = quiet_pool(at);
    view.busy = std::min(present, in_flight);
    view.idle = present - view.busy;
    view.in_flight = in_flight;
    view.queued = queued;
    return view;
}

/// A request that comes to a pool without others, waits for its worker and is served for 10 s.
void one_request(ScalePolicy& policy, Duration at) {
    policy.decide(pool(at, 0, 0), Trigger::kArrived);
    policy.decide(pool(at, 0, 0, 1), Trigger::kUnserved);
    policy.decide(pool(at + 10s, 1, 0), Trigger::kFreed);
}

}  // namespace

TEST_CASE("hybrid-histogram keeps workers for four hours while it knows nothing",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"("hybrid-histogram")");
    CHECK(policy->wakes().arrived);
    policy->decide(pool(0s, 0, 0), Trigger::kArrived);
    CHECK(policy->decide(pool(0s, 0, 0, 1), Trigger::kUnserved).target == 1);
    const ScaleDecision decision = policy->decide(pool(10s, 1, 0), Trigger::kFreed);
    CHECK(decision.target == 1);
    CHECK(decision.wake_at == SimTime{4h + 10s});
    CHECK(decision.threshold == 4 * 3600);
    CHECK(policy->decide(pool(4h + 10s, 1, 0), Trigger::kWakeAt).target == 0);
}

TEST_CASE("hybrid-histogram unloads at once, loads before the next request, and unloads when it is overdue",
          "[policies][hybrid_histogram]") {
    // Ten idle times of 600 s: pre-warm after 0.9 x 10 min = 540 s, keep-alive until 1.1 x 11 min = 726 s.
    const auto policy = scale_policy(R"("hybrid-histogram")");
    for (int i = 0; i < 10; ++i) one_request(*policy, 610s * i);
    const Duration last = 610s * 10;
    policy->decide(pool(last, 0, 0), Trigger::kArrived);
    policy->decide(pool(last, 0, 0, 1), Trigger::kUnserved);
    const SimTime end{last + 10s};
    ScaleDecision decision = policy->decide(pool(last + 10s, 1, 0), Trigger::kFreed);
    CHECK(decision.target == 0);
    CHECK(decision.wake_at == end + 540s);
    CHECK(decision.observed == 0);
    CHECK(decision.threshold == 540);
    decision = policy->decide(pool(last + 550s, 0, 0), Trigger::kWakeAt);
    CHECK(decision.target == 1);
    CHECK(decision.wake_at == end + 726s);
    decision = policy->decide(pool(last + 736s, 1, 0), Trigger::kWakeAt);
    CHECK(decision.target == 0);
    CHECK(decision.observed == 726);
}

TEST_CASE("while requests run, hybrid-histogram keeps what the keep-alive window needed",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"({"name": "hybrid-histogram", "fallback_keep_alive": "100s"})");
    policy->decide(pool(0s, 0, 0), Trigger::kArrived);
    CHECK(policy->decide(pool(0s, 0, 0, 3), Trigger::kUnserved).target == 3);
    // At 50 s two of the three end: their workers may go at 150 s.
    ScaleDecision decision = policy->decide(pool(50s, 3, 1), Trigger::kFreed);
    CHECK(decision.target == 3);
    CHECK(decision.wake_at == SimTime{150s} + Duration{1});
    decision = policy->decide(pool(150s + Duration{1}, 3, 1), Trigger::kWakeAt);
    CHECK(decision.target == 1);
}

TEST_CASE("hybrid-histogram stops no ready worker for one that is still starting",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"({"name": "hybrid-histogram", "fallback_keep_alive": "60s"})");
    policy->decide(pool(0s, 0, 0), Trigger::kArrived);
    PoolView view = pool(0s, 4, 4, 7);
    CHECK(policy->decide(view, Trigger::kUnserved).target == 11);
    // From 10 s on four are needed: after 70 s four of the eleven are to be kept, which are the ready ones. A
    // size of four would stop those three of them that are idle, and leave the seven that start.
    view = pool(10s, 4, 4);
    view.starting = 7;
    policy->decide(view, Trigger::kFreed);
    view = pool(71s, 4, 1);
    view.starting = 7;
    CHECK(policy->decide(view, Trigger::kWakeAt).target == 11);
    // From 71 s on one is needed, until then four were: after 131 s three of the ready may go, and no start.
    view.now = SimTime{132s};
    CHECK(policy->decide(view, Trigger::kFreed).target == 8);
    // Ready, the seven are stopped as the others are.
    view = pool(200s, 8, 1);
    CHECK(policy->decide(view, Trigger::kReady).target == 1);
}

TEST_CASE("without a request hybrid-histogram leaves its minimum ready while others start",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"({"name": "hybrid-histogram", "fallback_keep_alive": "0s"})", 1, 1);
    PoolView view = pool(10s, 1, 0);
    view.min_workers = 1;
    view.starting = 2;
    CHECK(policy->decide(view, Trigger::kFreed).target == 3);
    view = pool(20s, 3, 0);
    view.min_workers = 1;
    CHECK(policy->decide(view, Trigger::kReady).target == 1);
}

TEST_CASE("a start whose requests are gone counts as idle from when it is ready",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"({"name": "hybrid-histogram", "fallback_keep_alive": "100s"})");
    policy->decide(pool(0s, 0, 0), Trigger::kArrived);
    policy->decide(pool(0s, 0, 0, 1), Trigger::kUnserved);
    CHECK(policy->decide(pool(30s, 1, 0), Trigger::kReady).wake_at == SimTime{130s});
}

TEST_CASE("hybrid-histogram stays at a minimum and refuses a head above its tail",
          "[policies][hybrid_histogram]") {
    const auto policy = scale_policy(R"({"name": "hybrid-histogram", "fallback_keep_alive": "0s"})", 1, 1);
    PoolView view = pool(10s, 2, 0);
    view.min_workers = 1;
    CHECK(policy->decide(view, Trigger::kFreed).target == 1);
    CHECK_THAT(error_of([] { scale_policy(R"({"name": "hybrid-histogram", "head": "99%", "tail": "5%"})"); }),
               contains_text("above tail"));
}
