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
        CHECK(target_at_tick(*policy, endpoint(60s * minute, 4, 14)) == 4);  // three would do: ceil(14 / 5)
    CHECK(target_at_tick(*policy, endpoint(900s, 4, 3)) == 1);
    CHECK(target_at_tick(*policy, endpoint(960s, 4, 3)) == 4);   // since the last decrease: 60 s
    CHECK(target_at_tick(*policy, endpoint(1200s, 4, 3)) == 1);  // 300 s
    // Eleven instances at 49: 4.4545 of 5 is below 4.5, and ten would do. At 49.5 it is 4.5 exactly: no
    // alarm.
    const auto near = scale_policy(kPlain);
    const auto steady = scale_policy(kPlain);
    for (int minute = 1; minute < 15; ++minute) target_at_tick(*near, endpoint(60s * minute, 11, 49));
    CHECK(target_at_tick(*near, endpoint(900s, 11, 49)) == 10);
    for (int minute = 1; minute < 30; ++minute)
        CHECK(target_at_tick(*steady, endpoint(60s * minute, 11, 49.5)) == 11);
}

TEST_CASE("sagemaker's cool-down after growth does not hold up a decrease", "[policies][sagemaker]") {
    const auto policy =
        scale_policy(R"({"name": "sagemaker-target-tracking", "datapoints_out": 1, "datapoints_in": 1})");
    CHECK(target_at_tick(*policy, endpoint(60s, 1, 20)) == 4);   // ceil(20 / 5)
    CHECK(target_at_tick(*policy, endpoint(120s, 4, 10)) == 2);  // 2.5 of 5, 60 s after the growth
    CHECK(target_at_tick(*policy, endpoint(180s, 2, 4)) == 2);   // one would do, 60 s after the decrease
}

TEST_CASE("sagemaker's backlog holds the requests in process: a full endpoint does not go to zero",
          "[policies][sagemaker]") {
    // One instance runs one request and none waits: 1 of 5, and ceil(1 / 5) = 1 instance.
    const auto policy = scale_policy(R"({"name": "sagemaker-target-tracking", "datapoints_in": 1})");
    CHECK(target_at_tick(*policy, endpoint(60s, 1, 0, 1)) == 1);
    CHECK(target_at_tick(*policy, endpoint(120s, 1, 0, 0)) == 0);
    // 8 wait and 4 run on two: 6 of 5 each, and ceil(12 / 5) = 3.
    const auto grows = scale_policy(R"({"name": "sagemaker-target-tracking", "datapoints_out": 1})");
    const ScaleDecision decision = grows->decide(endpoint(60s, 2, 8, 4), Trigger::kTick);
    CHECK(decision.target == 3);
    CHECK(decision.observed == 6);
    // What runs is no backlog without capacity: the instance that drains is not one.
    const auto step =
        scale_policy(R"({"name": "sagemaker-target-tracking", "backlog_without_capacity": true})");
    CHECK(target_at_tick(*step, endpoint(60s, 0, 0, 3)) == 0);
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

TEST_CASE("sagemaker shrinks after fifteen minutes with a metric of 10 s too", "[policies][sagemaker]") {
    // Six datapoints of 10 s make one of 60 s: the ninetieth, at 900 s, ends the fifteenth.
    const auto policy = scale_policy(
        R"({"name": "sagemaker-target-tracking", "metric": "concurrent-requests-per-copy", "target": 5})");
    for (int look = 1; look < 90; ++look) CHECK(target_at_tick(*policy, endpoint(10s * look, 4, 0, 8)) == 4);
    CHECK(target_at_tick(*policy, endpoint(900s, 4, 0, 8)) == 2);  // ceil(8 / 5)
    // A mean of each minute: (5 x 2 + 20) / 6 = 5 requests, 1.25 on each of four; ceil(5 / 5) = 1.
    const auto uneven = scale_policy(
        R"({"name": "sagemaker-target-tracking", "metric": "concurrent-requests-per-copy", "target": 5,
            "datapoints_in": 1})");
    for (int look = 1; look < 6; ++look) CHECK(target_at_tick(*uneven, endpoint(10s * look, 4, 0, 2)) == 4);
    CHECK(target_at_tick(*uneven, endpoint(60s, 4, 0, 20)) == 1);
}
