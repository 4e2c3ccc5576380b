#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView instances(Duration at, int busy, double in_flight, double queued = 0) {
    PoolView view = quiet_pool(at);
    view.concurrency = 10;
    view.busy = busy;
    view.metrics.in_flight = in_flight;
    view.metrics.queued = queued;
    return view;
}

}  // namespace

TEST_CASE("cloud-run keeps the mean of a minute at 60% of the concurrency", "[policies][cloud_run]") {
    const auto policy = scale_policy(R"("cloud-run")", 10);
    const Wakes wakes = policy->wakes();
    CHECK(wakes.tick == 5s);
    CHECK(wakes.window == 60s);
    CHECK(wakes.idle_for == 15min);
    CHECK(wakes.time_weighted);
    const ScaleDecision decision = policy->decide(instances(5s, 2, 18, 3), Trigger::kTick);
    CHECK(decision.target == 4);  // ceil(21 / (0.6 x 10))
    CHECK(decision.observed == 21);
    CHECK(decision.threshold == 12);  // 6 x 2 instances
    CHECK(policy->decide(instances(10s, 4, 24), Trigger::kTick).target == 4);
}

TEST_CASE("cloud-run starts instances for requests that find no slot, ten to each", "[policies][cloud_run]") {
    const auto policy = scale_policy(R"("cloud-run")", 10);
    PoolView view = instances(1s, 0, 0);
    view.queued_now = 1;
    ScaleDecision decision = policy->decide(view, Trigger::kUnserved);
    CHECK(decision.target == 1);
    view.starting = 1;
    for (view.queued_now = 2; view.queued_now <= 10; ++view.queued_now)
        CHECK(policy->decide(view, Trigger::kUnserved).target == 1);
    decision = policy->decide(view, Trigger::kUnserved);
    CHECK(decision.target == 2);  // the eleventh
    CHECK(decision.observed == 11);
    CHECK(decision.threshold == 10);
}

TEST_CASE("cloud-run asked twice for the same requests starts nothing more", "[policies][cloud_run]") {
    const auto policy = scale_policy(R"("cloud-run")", 1);
    PoolView view = instances(1s, 0, 0);
    view.concurrency = 1;
    view.queued_now = 3;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 3);
    view.starting = 3;
    for (int i = 0; i < 5; ++i) CHECK(policy->decide(view, Trigger::kUnserved).target == 3);
    // A start that failed is made up for.
    view.starting = 2;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 3);
}

TEST_CASE("cloud-run starts an instance for a request that was turned away", "[policies][cloud_run]") {
    const auto policy = scale_policy(R"("cloud-run")", 10);
    CHECK(policy->decide(instances(1s, 2, 20), Trigger::kUnserved).target == 3);
}

TEST_CASE("cloud-run without its on-demand part starts only the first instance by a request",
          "[policies][cloud_run]") {
    const auto policy = scale_policy(R"({"name": "cloud-run", "on_demand": false})", 10);
    CHECK(policy->decide(instances(1s, 0, 0), Trigger::kUnserved).target == 1);
    CHECK(policy->decide(instances(2s, 1, 10), Trigger::kUnserved).target == 1);
    CHECK(policy->decide(instances(5s, 0, 0, 30), Trigger::kTick).target == 0);
}

TEST_CASE("cloud-run stops instances after 15 idle minutes, unless the mean still asks for them",
          "[policies][cloud_run]") {
    const auto policy = scale_policy(R"("cloud-run")", 10);
    PoolView view = instances(1000s, 1, 6);
    view.idle = 3;
    CHECK(policy->decide(view, Trigger::kTick).target == 4);
    view.idle_expired = 2;
    const ScaleDecision decision = policy->decide(view, Trigger::kIdle);
    CHECK(decision.target == 2);
    CHECK(decision.observed == 900);
    view.metrics.in_flight = 18;
    CHECK(policy->decide(view, Trigger::kIdle).target == 3);  // 18 / 6
    view.busy = 0;
    view.metrics.in_flight = 0;
    view.idle_expired = 3;
    view.min_workers = 1;
    CHECK(policy->decide(view, Trigger::kIdle).target == 1);
}
