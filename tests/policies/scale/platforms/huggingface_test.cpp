#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// Replicas that are all ready, busy for a share of a minute.
PoolView replicas(Duration at, int ready, double busy_share, Duration last_active) {
    PoolView view = quiet_pool(at);
    view.busy = ready;
    view.metrics.busy_share = busy_share;
    view.last_active = SimTime{last_active};
    return view;
}

}  // namespace

TEST_CASE("huggingface adds one replica a minute above 80%", "[policies][huggingface]") {
    const auto policy = scale_policy(R"("huggingface")");
    CHECK(policy->wakes().tick == 60s);
    CHECK(policy->wakes().window == 60s);
    const ScaleDecision decision = policy->decide(replicas(60s, 2, 0.9, 60s), Trigger::kTick);
    CHECK(decision.target == 3);
    CHECK(decision.observed == 1.8);  // of two
    CHECK(decision.threshold == 1.6);
    CHECK(target_at_tick(*policy, replicas(120s, 3, 0.8, 120s)) == 3);
}

TEST_CASE("huggingface removes one replica at every second look, 300 s apart", "[policies][huggingface]") {
    // One of four busy: three would be busy for a third of the time.
    const auto quick = scale_policy(R"({"name": "huggingface", "down_stabilization": "0s"})");
    CHECK(target_at_tick(*quick, replicas(0s, 4, 0.25, 0s)) == 3);
    CHECK(target_at_tick(*quick, replicas(60s, 3, 0.3, 60s)) == 3);  // not yet two minutes
    CHECK(target_at_tick(*quick, replicas(120s, 3, 0.3, 120s)) == 2);
    const auto policy = scale_policy(R"("huggingface")");
    CHECK(target_at_tick(*policy, replicas(0s, 4, 0.25, 0s)) == 3);
    CHECK(target_at_tick(*policy, replicas(120s, 3, 0.3, 120s)) == 3);  // not yet 300 s
    CHECK(target_at_tick(*policy, replicas(240s, 3, 0.3, 240s)) == 3);
    CHECK(target_at_tick(*policy, replicas(360s, 3, 0.3, 360s)) == 2);
    // 0.9 of two replicas would be more than 80% of one.
    CHECK(target_at_tick(*policy, replicas(720s, 2, 0.45, 720s)) == 2);
}

TEST_CASE("huggingface may count pending requests, over 20 s", "[policies][huggingface]") {
    const auto policy = scale_policy(R"({"name": "huggingface", "metric": "pending-requests"})");
    CHECK(policy->wakes().window == 20s);
    PoolView view = replicas(60s, 2, 0, 60s);
    view.metrics.in_flight = 2;
    view.metrics.queued = 1.5;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 3);
    CHECK(decision.observed == 3.5);
    CHECK(decision.threshold == 3);  // 1.5 x 2
}

TEST_CASE("a pending request does not add a replica each minute while the first one starts",
          "[policies][huggingface]") {
    const auto policy = scale_policy(R"({"name": "huggingface", "metric": "pending-requests"})");
    PoolView view = quiet_pool(60s);
    view.starting = 1;
    view.metrics.queued = 1;  // 1 of 1.5 x 1 present
    view.last_active = SimTime{60s};
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.threshold == 1.5);
    view.now = SimTime{120s};
    view.metrics.queued = 2;
    CHECK(target_at_tick(*policy, view) == 2);  // 2 is above 1.5
    view.now = SimTime{180s};
    view.starting = 2;
    CHECK(target_at_tick(*policy, view) == 2);  // but not above 1.5 x 2
}

TEST_CASE("huggingface goes to zero an hour after the last request, and back by the next",
          "[policies][huggingface]") {
    const auto policy = scale_policy(R"("huggingface")");
    CHECK(target_at_tick(*policy, replicas(3659s, 1, 0, 60s)) == 1);
    const ScaleDecision decision = policy->decide(replicas(3660s, 1, 0, 60s), Trigger::kTick);
    CHECK(decision.target == 0);
    CHECK(decision.observed == 3600);
    CHECK(policy->decide(quiet_pool(4000s), Trigger::kUnserved).target == 1);
    const auto kept = scale_policy(R"("huggingface")", 1, 1);
    PoolView view = replicas(9999s, 1, 0, 60s);
    view.min_workers = 1;
    CHECK(target_at_tick(*kept, view) == 1);
}

TEST_CASE("huggingface may wait for a look to start from zero", "[policies][huggingface]") {
    const auto policy = scale_policy(R"({"name": "huggingface", "from_zero": "tick"})");
    CHECK_FALSE(policy->wakes().unserved);
    PoolView view = quiet_pool(60s);
    CHECK(target_at_tick(*policy, view) == 0);
    view.metrics.queued = 0.5;
    CHECK(target_at_tick(*policy, view) == 1);
}
