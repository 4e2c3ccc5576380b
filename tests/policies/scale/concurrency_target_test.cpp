#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kTarget7 = R"({"name": "concurrency-target", "target": 7, "down_window": "60s"})";

PoolView pool_with(Duration at, int busy, double in_flight, double queued = 0) {
    PoolView view = quiet_pool(at);
    view.busy = busy;
    view.metrics.in_flight = in_flight;
    view.metrics.queued = queued;
    return view;
}

}  // namespace

TEST_CASE("concurrency-target grows to the mean load over its target", "[policies][concurrency_target]") {
    const auto policy = scale_policy(kTarget7);
    const ScaleDecision decision = policy->decide(pool_with(15s, 1, 8, 22), Trigger::kTick);
    CHECK(decision.target == 5);  // ceil((8 + 22) / 7)
    CHECK(decision.observed == 30);
    CHECK(decision.threshold == 7);                                            // 1 worker x 7
    CHECK(policy->decide(pool_with(30s, 3, 42), Trigger::kTick).target == 6);  // 42 / 7, nothing to round up
}

TEST_CASE("concurrency-target may count the running requests only", "[policies][concurrency_target]") {
    const auto policy = scale_policy(R"({"name": "concurrency-target", "target": 7, "counts": "running"})");
    CHECK(policy->decide(pool_with(15s, 1, 8, 22), Trigger::kTick).target == 2);  // ceil(8 / 7)
}

TEST_CASE("concurrency-target is 70% of a worker's slots unless told otherwise",
          "[policies][concurrency_target]") {
    const auto policy = scale_policy(R"("concurrency-target")", 10);
    CHECK(policy->decide(pool_with(15s, 1, 21), Trigger::kTick).target == 3);  // 21 / 7
}

TEST_CASE("concurrency-target leaves a load near its target alone", "[policies][concurrency_target]") {
    const auto policy = scale_policy(kTarget7);
    const ScaleDecision near =
        policy->decide(pool_with(15s, 3, 23), Trigger::kTick);  // 23 against 21: 9.5% over
    CHECK(near.target == 3);
    CHECK(near.rule == "requests in flight within tolerance of target x workers");
    CHECK(policy->decide(pool_with(30s, 3, 24), Trigger::kTick).target == 4);  // 14% over
}

TEST_CASE("concurrency-target shrinks to the largest wish of its window", "[policies][concurrency_target]") {
    const auto policy = scale_policy(kTarget7);
    CHECK(policy->decide(pool_with(0s, 1, 70), Trigger::kTick).target == 10);
    CHECK(policy->decide(pool_with(15s, 10, 35), Trigger::kTick).target == 10);  // 5 wanted, 10 wished at 0 s
    const ScaleDecision held = policy->decide(pool_with(60s, 10, 14), Trigger::kTick);
    CHECK(held.target == 10);
    CHECK(held.rule == "requests in flight, held by the scale-down window");
    CHECK(policy->decide(pool_with(75s, 10, 14), Trigger::kTick).target ==
          5);  // 10 is 75 s old, 5 is 60 s old
    CHECK(policy->decide(pool_with(90s, 5, 14), Trigger::kTick).target == 2);
}

TEST_CASE("concurrency-target without a window shrinks at once, draining busy workers",
          "[policies][concurrency_target]") {
    const auto policy = scale_policy(
        R"({"name": "concurrency-target", "target": 7, "down_window": "0s", "drain_limit": "30s"})");
    CHECK(policy->decide(pool_with(0s, 1, 70), Trigger::kTick).target == 10);
    const ScaleDecision decision = policy->decide(pool_with(15s, 10, 14), Trigger::kTick);
    CHECK(decision.target == 2);
    CHECK(decision.victims == VictimOrder::kIdleThenBusy);
    CHECK(decision.drain_limit == 30s);
    CHECK(policy->decide(pool_with(30s, 2, 0), Trigger::kTick).target == 0);
}

TEST_CASE("a worker started from zero is not taken back before the metrics can show its load",
          "[policies][concurrency_target]") {
    const auto policy = scale_policy(kTarget7);
    PoolView view = quiet_pool(3s);
    view.queued = 1;
    CHECK(policy->wakes().unserved);
    CHECK(policy->decide(view, Trigger::kUnserved).target == 1);
    CHECK(policy->decide(pool_with(15s, 1, 0), Trigger::kTick).target == 1);
    CHECK(policy->decide(pool_with(75s, 1, 0), Trigger::kTick).target == 0);
    CHECK_FALSE(scale_policy(R"({"name": "concurrency-target", "from_zero": "tick"})")->wakes().unserved);
}

TEST_CASE("concurrency-target never goes below the pool's minimum", "[policies][concurrency_target]") {
    const auto policy = scale_policy(R"({"name": "concurrency-target", "target": 7, "down_window": "0s"})");
    PoolView view = pool_with(15s, 4, 0);
    view.min_workers = 2;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 2);
    CHECK(decision.floor == 2);
}

TEST_CASE("concurrency-target refuses a target of nothing and a tolerance above all",
          "[policies][concurrency_target]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "concurrency-target", "target": -1})"), contains_text("above 0"));
    CHECK_THAT(make(R"({"name": "concurrency-target", "tolerance": 2})"), contains_text("from 0 to 1"));
}
