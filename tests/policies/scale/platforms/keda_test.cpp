#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView keda_replicas(Duration at, int ready, double waiting, double running = 0) {
    PoolView view = quiet_pool(at);
    view.busy = ready;
    view.metrics.queued = waiting;
    view.metrics.in_flight = running;
    return view;
}

constexpr std::string_view kKeda7 = R"({"name": "keda", "target": 7})";

}  // namespace

TEST_CASE("keda starts the first replica at a poll, 30 s after the last", "[policies][keda]") {
    const auto policy = scale_policy(kKeda7);
    CHECK(policy->wakes().tick == 15s);
    ScaleDecision decision = policy->decide(keda_replicas(5s, 0, 0), Trigger::kTick);
    CHECK(decision.target == 0);
    CHECK(decision.wake_at == SimTime{35s});
    CHECK(policy->decide(keda_replicas(20s, 0, 40), Trigger::kTick).target ==
          0);  // the autoscaler leaves 0 alone
    decision = policy->decide(keda_replicas(35s, 0, 40), Trigger::kWakeAt);
    CHECK(decision.target == 1);
    CHECK(decision.observed == 40);
    CHECK(decision.wake_at == SimTime{65s});
    // From there on it is the autoscaler's: ceil(40 / 7) = 6, at most 1 + 4.
    CHECK(policy->decide(keda_replicas(50s, 1, 40), Trigger::kTick).target == 5);
}

TEST_CASE("keda goes to zero when no poll has seen work for the cool-down", "[policies][keda]") {
    const auto policy = scale_policy(R"({"name": "keda", "target": 7, "down_window": "0s"})");
    policy->decide(keda_replicas(0s, 3, 0, 10), Trigger::kTick);  // work is seen at 0 s
    CHECK(policy->decide(keda_replicas(15s, 2, 0), Trigger::kTick).target == 1);
    for (Duration at = 30s; at < 300s; at += 30s)
        CHECK(policy->decide(keda_replicas(at, 1, 0), Trigger::kWakeAt).target == 1);
    const ScaleDecision decision = policy->decide(keda_replicas(300s, 1, 0), Trigger::kWakeAt);
    CHECK(decision.target == 0);
    CHECK(decision.observed == 300);
    CHECK(decision.threshold == 300);
}

TEST_CASE("keda's activation threshold is apart from its target", "[policies][keda]") {
    const auto policy = scale_policy(R"({"name": "keda", "target": 7, "activation": 5})");
    CHECK(policy->decide(keda_replicas(0s, 0, 5), Trigger::kTick).target == 0);
    CHECK(policy->decide(keda_replicas(30s, 0, 6), Trigger::kTick).target == 1);
}

TEST_CASE("keda with a minimum never goes to zero", "[policies][keda]") {
    const auto policy =
        scale_policy(R"({"name": "keda", "cooldown_period": "0s", "down_window": "0s"})", 1, 2);
    PoolView view = keda_replicas(0s, 4, 0);
    view.min_workers = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 2);
}

TEST_CASE("keda refuses a metric that is nothing without replicas", "[policies][keda]") {
    CHECK_THAT(error_of([] { scale_policy(R"({"name": "keda", "metric": "in-flight"})"); }),
               contains_text("none would ever start"));
    CHECK(scale_policy(R"({"name": "keda", "metric": "in-flight"})", 1, 1));
}

TEST_CASE("azure-container-apps takes ten concurrent requests a replica", "[policies][keda]") {
    const auto policy = scale_policy(R"("azure-container-apps")");
    CHECK(policy->decide(keda_replicas(0s, 0, 1), Trigger::kTick).target == 1);
    CHECK(policy->decide(keda_replicas(15s, 1, 21, 10), Trigger::kTick).target == 4);  // ceil(31 / 10)
}
