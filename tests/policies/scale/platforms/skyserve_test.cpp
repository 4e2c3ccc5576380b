#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView sky_replicas(Duration at, int ready, double rate) {
    PoolView view = quiet_pool(at);
    view.busy = ready;
    view.metrics.arrival_rate = rate;
    return view;
}

constexpr std::string_view kOneQps = R"({"name": "skyserve", "target_qps_per_replica": "1/s"})";

}  // namespace

TEST_CASE("skyserve starts from zero at the next look, every 5 s", "[policies][skyserve]") {
    const auto policy = scale_policy(kOneQps);
    CHECK(policy->wakes().tick == 20s);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    ScaleDecision decision = policy->decide(sky_replicas(100s, 0, 0), Trigger::kTick);
    CHECK(decision.target == 0);
    CHECK(decision.wake_at == SimTime{105s});
    decision = policy->decide(sky_replicas(105s, 0, 2.5), Trigger::kWakeAt);
    CHECK(decision.target == 3);
    CHECK(decision.observed == 2.5);
    CHECK(decision.threshold == 0);
}

TEST_CASE("skyserve looks every 20 s as soon as a replica is wanted, ready or not", "[policies][skyserve]") {
    // One is wanted at 100 s and starts for ten minutes, while 4/s want four: fifteen looks, 20 s apart, are
    // over at 400 s. Every 5 s they would have been at 175 s.
    const auto policy = scale_policy(kOneQps);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    CHECK_FALSE(policy->decide(sky_replicas(100s, 0, 1), Trigger::kTick).wake_at);
    PoolView view = sky_replicas(105s, 0, 4);
    view.starting = 1;
    CHECK(policy->decide(view, Trigger::kWakeAt).target == 1);  // no look
    for (int look = 1; look < 15; ++look) {
        view.now = SimTime{100s + 20s * look};
        const ScaleDecision decision = policy->decide(view, Trigger::kTick);
        CHECK(decision.target == 1);
        CHECK_FALSE(decision.wake_at);
    }
    view.now = SimTime{400s};
    CHECK(target_at_tick(*policy, view) == 4);
}

TEST_CASE("skyserve divides by its whole window before there is one", "[policies][skyserve]") {
    // In the first 15 s 30 requests came: 2/s then, 0.5/s over 60 s.
    const auto policy = scale_policy(kOneQps);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    const ScaleDecision decision = policy->decide(sky_replicas(15s, 0, 2), Trigger::kTick);
    CHECK(decision.observed == 0.5);
    CHECK(decision.target == 1);
}

TEST_CASE("skyserve follows what it saw at fifteen looks in a row up, and sixty down",
          "[policies][skyserve]") {
    const auto policy = scale_policy(kOneQps);
    policy->decide(quiet_pool(0s), Trigger::kStart);
    CHECK(target_at_tick(*policy, sky_replicas(100s, 0, 1)) == 1);
    for (int look = 1; look < 15; ++look)
        CHECK(target_at_tick(*policy, sky_replicas(100s + 20s * look, 1, 4)) == 1);
    CHECK(target_at_tick(*policy, sky_replicas(400s, 1, 4)) == 4);
    for (int look = 1; look < 60; ++look)
        CHECK(target_at_tick(*policy, sky_replicas(400s + 20s * look, 4, 2)) == 4);
    CHECK(target_at_tick(*policy, sky_replicas(1600s, 4, 2)) == 2);
    // A look that agrees begins the count anew.
    for (int look = 1; look < 60; ++look) {
        const double rate = look % 10 == 0 ? 2 : 9;
        CHECK(target_at_tick(*policy, sky_replicas(1600s + 20s * look, 2, rate)) == 2);
    }
}

TEST_CASE("skyserve adds spare replicas on spot, below the limit", "[policies][skyserve]") {
    const auto policy =
        scale_policy(R"({"name": "skyserve", "target_qps_per_replica": "1/s", "num_overprovision": 2})");
    policy->decide(quiet_pool(0s), Trigger::kStart);
    const ScaleDecision decision = policy->decide(sky_replicas(100s, 0, 9), Trigger::kTick);
    CHECK(decision.target == 10);
    CHECK(decision.buffer == 1);
    // Beyond the limit the wish remains to be counted.
    const auto full = scale_policy(kOneQps);
    full->decide(quiet_pool(0s), Trigger::kStart);
    CHECK(target_at_tick(*full, sky_replicas(100s, 0, 25)) == 25);
    CHECK(target_at_tick(*full, sky_replicas(120s, 10, 8)) == 10);
}

TEST_CASE("skyserve needs to know what a replica takes", "[policies][skyserve]") {
    CHECK_THAT(error_of([] { scale_policy(R"("skyserve")"); }), contains_text("target_qps_per_replica"));
    CHECK_THAT(error_of([] { scale_policy(R"({"name": "skyserve", "target_qps_per_replica": "0/s"})"); }),
               contains_text("above 0"));
}
