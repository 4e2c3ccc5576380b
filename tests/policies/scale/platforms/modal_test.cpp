#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

PoolView serving(Duration at, int busy, int queued) {
    PoolView view = quiet_pool(at);
    view.busy = view.in_flight = busy;
    view.queued = queued;
    view.last_active = view.now;
    return view;
}

}  // namespace

TEST_CASE("modal wants containers for the inputs at every look", "[policies][modal]") {
    const auto policy = scale_policy(R"({"name": "modal", "target_inputs": 4})", 8);
    CHECK(policy->wakes().tick == 1s);
    CHECK(policy->wakes().idle_for == 60s);
    PoolView view = serving(1s, 1, 0);
    view.in_flight = 7;
    view.queued = 2;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 3);  // ceil((7 + 2) / 4)
    CHECK(decision.observed == 1);
    CHECK(decision.threshold == 3);
    CHECK(policy->decide(view, Trigger::kUnserved).target == 1);  // only a look starts more
}

TEST_CASE("modal starts the first container for the first input", "[policies][modal]") {
    CHECK(scale_policy(R"("modal")")->decide(serving(1s, 0, 1), Trigger::kUnserved).target == 1);
    CHECK_FALSE(scale_policy(R"({"name": "modal", "from_zero": "tick"})")->wakes().unserved);
}

TEST_CASE("modal holds a buffer beyond the demand while active, and its minimum always",
          "[policies][modal]") {
    const auto policy = scale_policy(R"({"name": "modal", "min_containers": 1, "buffer_containers": 2})");
    ScaleDecision decision = policy->decide(serving(1s, 3, 0), Trigger::kTick);
    CHECK(decision.target == 5);
    CHECK(decision.floor == 1);
    CHECK(decision.buffer == 2);
    // The last input ended at 100 s: active until 160 s.
    PoolView view = quiet_pool(159s);
    view.last_active = SimTime{100s};
    view.idle = 3;
    view.idle_expired = 0;
    CHECK(policy->decide(view, Trigger::kTick).buffer == 2);
    view.now = SimTime{160s};
    view.idle_expired = 3;
    decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 1);
    CHECK(decision.buffer == 0);
    CHECK(policy->decide(serving(200s, 9, 0), Trigger::kTick).target ==
          10);  // a buffer stays below the limit
}

TEST_CASE("modal may stop idle containers sooner when too many are there", "[policies][modal]") {
    // Two are busy; 1.5 times that is 3, and six are there: three of the four idle ones go.
    PoolView view = serving(1s, 2, 0);
    view.idle = 4;
    const auto sooner = scale_policy(R"({"name": "modal", "overprovisioned": 1.5})");
    const ScaleDecision decision = sooner->decide(view, Trigger::kTick);
    CHECK(decision.target == 3);
    CHECK(decision.observed == 6);
    CHECK(decision.threshold == 3);
    CHECK(scale_policy(R"("modal")")->decide(view, Trigger::kTick).target == 6);
}

TEST_CASE("modal refuses a buffer beyond the limit and a factor below 1", "[policies][modal]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "modal", "buffer_containers": 11})"), contains_text("workers.max"));
    CHECK_THAT(make(R"({"name": "modal", "overprovisioned": 0.5})"), contains_text("1 or more"));
    CHECK_THAT(make(R"({"name": "modal", "min_containers": 11})"), contains_text("workers.max"));
}
