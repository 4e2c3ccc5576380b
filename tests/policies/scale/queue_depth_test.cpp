#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView pool_with(Duration at, int busy, double queued) {
    PoolView view = quiet_pool(at);
    view.busy = busy;
    view.metrics.queued = queued;
    return view;
}

}  // namespace

TEST_CASE("queue-depth keeps the mean of the requests waiting for each worker at its target",
          "[policies][queue_depth]") {
    const auto policy = scale_policy(R"({"name": "queue-depth", "target": 5, "cooldown_down": "0s"})");
    const ScaleDecision grown = policy->decide(pool_with(15s, 1, 12), Trigger::kTick);
    CHECK(grown.target == 3);  // ceil(12 / 5)
    CHECK(grown.observed == 12);
    CHECK(grown.threshold == 5);  // 1 worker x 5
    CHECK(policy->decide(pool_with(30s, 3, 15), Trigger::kTick).target == 3);
}

TEST_CASE("queue-depth sees only what its metrics show", "[policies][queue_depth]") {
    const Wakes wakes =
        scale_policy(
            R"({"name": "queue-depth", "period": "30s", "window": "2m", "lag": "45s", "sample_period": "10s"})")
            ->wakes();
    CHECK_FALSE(wakes.live);
    CHECK(wakes.tick == 30s);
    CHECK(wakes.window == 2min);
    CHECK(wakes.lag == 45s);
    CHECK(wakes.sample_period == 10s);

    PoolView view = pool_with(15s, 1, 0);
    view.queued = 1000;
    CHECK(scale_policy(R"("queue-depth")")->decide(view, Trigger::kTick).target == 1);
}

TEST_CASE("queue-depth may count the running requests too", "[policies][queue_depth]") {
    const auto policy =
        scale_policy(R"({"name": "queue-depth", "target": 5, "counts": "queued-and-running"})");
    PoolView view = pool_with(15s, 1, 12);
    view.metrics.in_flight = 4;
    CHECK(policy->decide(view, Trigger::kTick).target == 4);  // ceil(16 / 5)
}

TEST_CASE("queue-depth adds its least step, up to the maximum", "[policies][queue_depth]") {
    const auto policy = scale_policy(R"({"name": "queue-depth", "target": 5, "min_step": 4})");
    CHECK(policy->decide(pool_with(15s, 1, 6), Trigger::kTick).target == 5);  // wanted 2, step 1 + 4
    CHECK(policy->decide(pool_with(30s, 8, 41), Trigger::kTick).target ==
          10);  // wanted 9, step would pass 10
    CHECK(policy->decide(pool_with(45s, 8, 60), Trigger::kTick).target ==
          12);  // the traffic's own wish is not cut
}

TEST_CASE("queue-depth waits out its cool-downs", "[policies][queue_depth]") {
    const auto policy = scale_policy(
        R"({"name": "queue-depth", "target": 5, "cooldown_up": "60s", "cooldown_down": "300s"})");
    CHECK(policy->decide(pool_with(0s, 1, 10), Trigger::kTick).target == 2);
    const ScaleDecision held = policy->decide(pool_with(45s, 2, 50), Trigger::kTick);
    CHECK(held.target == 2);
    CHECK(held.rule == "since the last change against the cool-down, in s");
    CHECK(held.observed == Approx(45));
    CHECK(held.threshold == Approx(60));
    CHECK(policy->decide(pool_with(60s, 2, 50), Trigger::kTick).target == 10);

    PoolView calm = pool_with(345s, 0, 0);
    calm.idle = 10;
    CHECK(policy->decide(calm, Trigger::kTick).target == 10);  // 285 s after the change at 60 s
    calm.now = SimTime{360s};
    CHECK(policy->decide(calm, Trigger::kTick).target == 0);
    calm.idle = 3;
    calm.now = SimTime{375s};
    CHECK(policy->decide(calm, Trigger::kTick).target == 3);  // 15 s after the decrease
}

TEST_CASE("queue-depth stops idle workers only, and keeps the minimum", "[policies][queue_depth]") {
    const auto policy = scale_policy(R"({"name": "queue-depth", "cooldown_down": "0s"})");
    PoolView view = pool_with(15s, 3, 0);
    view.idle = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 3);
    view.busy = 0;
    view.idle = 5;
    view.min_workers = 1;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.floor == 1);
}

TEST_CASE("from zero, queue-depth starts one worker at once or waits for its next look",
          "[policies][queue_depth]") {
    PoolView view = quiet_pool(3s);
    view.queued = 1;
    const auto at_once = scale_policy(R"("queue-depth")");
    CHECK(at_once->wakes().unserved);
    CHECK(at_once->decide(view, Trigger::kUnserved).target == 1);
    view.starting = 1;
    CHECK(at_once->decide(view, Trigger::kUnserved).target == 1);

    const auto patient = scale_policy(R"({"name": "queue-depth", "from_zero": "tick"})");
    CHECK_FALSE(patient->wakes().unserved);
    CHECK(patient->decide(pool_with(15s, 0, 0.2), Trigger::kTick).target == 1);  // any mean above 0
}

TEST_CASE("queue-depth refuses windows without a sample and targets of nothing", "[policies][queue_depth]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "queue-depth", "window": "5s", "sample_period": "10s"})"),
               contains_text("test.json: window: 5s is shorter than sample_period, 10s"));
    CHECK_THAT(make(R"({"name": "queue-depth", "target": 0})"),
               contains_text("test.json: target: it must be above 0"));
    CHECK_THAT(make(R"({"name": "queue-depth", "period": "0s"})"), contains_text("longer than 0s"));
    CHECK_THAT(make(R"({"name": "queue-depth", "min_step": 0})"), contains_text("1 or more"));
    CHECK_THAT(make(R"({"name": "queue-depth", "counts": "all"})"), contains_text("queued-and-running"));
}
