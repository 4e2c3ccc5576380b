#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView ray_replicas(Duration at, int running, double ongoing, int starting = 0) {
    PoolView view = quiet_pool(at);
    view.busy = running;
    view.starting = starting;
    view.metrics.in_flight = ongoing;
    return view;
}

}  // namespace

TEST_CASE("ray-serve grows when more was wanted for 30 s", "[policies][ray_serve]") {
    const auto policy = scale_policy(R"("ray-serve")");
    CHECK(policy->wakes().tick == 10s);
    CHECK(policy->wakes().window == 30s);
    ScaleDecision decision = policy->decide(ray_replicas(10s, 2, 9), Trigger::kTick);
    CHECK(decision.target == 2);
    CHECK(decision.wake_at == SimTime{40s});
    CHECK(decision.observed == 9);
    CHECK(decision.threshold == 4);  // 2 x 2 replicas
    CHECK(target_at_tick(*policy, ray_replicas(30s, 2, 11)) == 2);
    CHECK(policy->decide(ray_replicas(40s, 2, 13), Trigger::kWakeAt).target ==
          7);  // what is wanted by then: 13 / 2
}

TEST_CASE("a look that wants no more begins ray-serve's delay anew", "[policies][ray_serve]") {
    const auto policy = scale_policy(R"("ray-serve")");
    target_at_tick(*policy, ray_replicas(10s, 2, 9));
    target_at_tick(*policy, ray_replicas(20s, 2, 4));
    CHECK(target_at_tick(*policy, ray_replicas(40s, 2, 9)) == 2);
    CHECK(target_at_tick(*policy, ray_replicas(70s, 2, 9)) == 5);
}

TEST_CASE("ray-serve shrinks after 600 s, to one before it goes to none", "[policies][ray_serve]") {
    const auto policy = scale_policy(R"("ray-serve")");
    CHECK(target_at_tick(*policy, ray_replicas(0s, 4, 0)) == 4);
    CHECK(target_at_tick(*policy, ray_replicas(590s, 4, 0)) == 4);
    CHECK(target_at_tick(*policy, ray_replicas(600s, 4, 0)) == 1);
    CHECK(target_at_tick(*policy, ray_replicas(610s, 1, 0)) == 1);
    CHECK(target_at_tick(*policy, ray_replicas(1210s, 1, 0)) == 0);
    const auto quick = scale_policy(R"({"name": "ray-serve", "downscale_to_zero_delay": "20s"})");
    CHECK(target_at_tick(*quick, ray_replicas(0s, 1, 0)) == 1);
    CHECK(target_at_tick(*quick, ray_replicas(20s, 1, 0)) == 0);
}

TEST_CASE("ray-serve's factors scale the distance to the target", "[policies][ray_serve]") {
    const auto up = scale_policy(R"({"name": "ray-serve", "upscale_delay": "0s", "upscaling_factor": 0.5})");
    CHECK(target_at_tick(*up, ray_replicas(10s, 2, 12)) == 4);  // 2 x (1 + (3 - 1) x 0.5)
    const auto down =
        scale_policy(R"({"name": "ray-serve", "downscale_delay": "0s", "downscaling_factor": 0.5})");
    CHECK(target_at_tick(*down, ray_replicas(10s, 8, 4)) == 5);  // 8 x (1 + (0.25 - 1) x 0.5)
    CHECK(target_at_tick(*down, ray_replicas(20s, 1, 0)) == 0);  // ceil(0.5) would never go
}

TEST_CASE("a factor below 1 does not keep ray-serve above the size that it needs", "[policies][ray_serve]") {
    // Four requests on three replicas: two would do, but 3 x (1 + (4/6 - 1) x 0.5) = 2.5 rounds up to three.
    const auto down =
        scale_policy(R"({"name": "ray-serve", "downscale_delay": "0s", "downscaling_factor": 0.5})");
    CHECK(target_at_tick(*down, ray_replicas(10s, 3, 4)) == 2);
    CHECK(target_at_tick(*down, ray_replicas(20s, 3, 5)) == 3);  // ceil(5 / 2) are needed
    CHECK(target_at_tick(*down, ray_replicas(30s, 2, 4)) == 2);
}

TEST_CASE("ray-serve starts one from zero at once", "[policies][ray_serve]") {
    const auto policy = scale_policy(R"("ray-serve")");
    CHECK(policy->decide(quiet_pool(5s), Trigger::kUnserved).target == 1);
    CHECK(target_at_tick(*policy, ray_replicas(10s, 0, 9, 1)) == 1);  // none runs yet: it is left at that
}
