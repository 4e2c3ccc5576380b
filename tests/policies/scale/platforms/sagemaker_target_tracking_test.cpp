#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView endpoint(Duration at, int ready, double backlog, double running = 0) {
    PoolView view = quiet_pool(at);
    view.busy = ready;
    view.metrics.queued = backlog;
    view.metrics.in_flight = running;
    return view;
}

constexpr std::string_view kPlain = R"("sagemaker-target-tracking")";

}  // namespace

TEST_CASE("sagemaker grows in proportion after three datapoints above the target", "[policies][sagemaker]") {
    const auto policy = scale_policy(kPlain);
    CHECK(policy->wakes().tick == 60s);
    CHECK(policy->wakes().window == 60s);
    CHECK_FALSE(policy->wakes().unserved);
    CHECK(target_at_tick(*policy, endpoint(60s, 2, 32)) == 2);
    CHECK(target_at_tick(*policy, endpoint(120s, 2, 32)) == 2);
    const ScaleDecision decision = policy->decide(endpoint(180s, 2, 32), Trigger::kTick);
    CHECK(decision.target == 7);     // ceil(32 / 5)
    CHECK(decision.observed == 16);  // for each instance
    CHECK(decision.threshold == 5);
}

TEST_CASE("a datapoint below the target begins the count anew", "[policies][sagemaker]") {
    const auto policy = scale_policy(kPlain);
    target_at_tick(*policy, endpoint(60s, 2, 32));
    target_at_tick(*policy, endpoint(120s, 2, 32));
    target_at_tick(*policy, endpoint(180s, 2, 10));
    CHECK(target_at_tick(*policy, endpoint(240s, 2, 32)) == 2);
}

TEST_CASE("within the cool-down sagemaker grows only beyond what it wanted", "[policies][sagemaker]") {
    const auto policy = scale_policy(R"({"name": "sagemaker-target-tracking", "datapoints_out": 1})");
    CHECK(target_at_tick(*policy, endpoint(0s, 1, 30)) == 6);
    CHECK(target_at_tick(*policy, endpoint(60s, 4, 25)) == 4);   // two were lost; five is not beyond six
    CHECK(target_at_tick(*policy, endpoint(120s, 4, 40)) == 8);  // a larger step
    CHECK(target_at_tick(*policy, endpoint(419s, 4, 40)) == 4);
    CHECK(target_at_tick(*policy, endpoint(420s, 4, 40)) == 8);  // 300 s after the last
}

TEST_CASE("sagemaker shrinks after fifteen datapoints below 90% of the target, and its cool-down",
          "[policies][sagemaker]") {
    const auto policy = scale_policy(kPlain);
    for (int minute = 1; minute < 15; ++minute)
        CHECK(target_at_tick(*policy, endpoint(60s * minute, 4, 17)) == 4);  // 4.25 of 5, below 4.5
    CHECK(target_at_tick(*policy, endpoint(900s, 4, 3)) == 1);
    CHECK(target_at_tick(*policy, endpoint(960s, 4, 3)) == 4);   // since the last change: 60 s
    CHECK(target_at_tick(*policy, endpoint(1200s, 4, 3)) == 1);  // 300 s
    const auto steady = scale_policy(kPlain);
    for (int minute = 1; minute < 30; ++minute)
        CHECK(target_at_tick(*steady, endpoint(60s * minute, 4, 18)) == 4);  // 4.5 exactly
}

TEST_CASE("from zero sagemaker waits for a backlog above the target, or has a step policy",
          "[policies][sagemaker]") {
    const auto plain = scale_policy(kPlain);
    for (int minute = 1; minute < 9; ++minute)
        CHECK(target_at_tick(*plain, endpoint(60s * minute, 0, 5)) == 0);
    target_at_tick(*plain, endpoint(600s, 0, 6));
    target_at_tick(*plain, endpoint(660s, 0, 6));
    CHECK(target_at_tick(*plain, endpoint(720s, 0, 6)) == 2);  // ceil(6 / 5)
    const auto step =
        scale_policy(R"({"name": "sagemaker-target-tracking", "backlog_without_capacity": true})");
    const ScaleDecision decision = step->decide(endpoint(60s, 0, 1), Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.observed == 1);
    CHECK(decision.threshold == 0);
}

TEST_CASE("sagemaker may follow concurrent requests, every 10 s", "[policies][sagemaker]") {
    const auto policy = scale_policy(
        R"({"name": "sagemaker-target-tracking", "metric": "concurrent-requests-per-copy", "datapoints_out": 1})",
        4);
    CHECK(policy->wakes().tick == 10s);
    CHECK(target_at_tick(*policy, endpoint(10s, 2, 3, 8)) == 3);  // ceil(11 / 4)
}
