#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("a fixed pool wants its workers whatever the traffic", "[policies][fixed]") {
    const auto policy = scale_policy(R"({"name": "fixed", "workers": 3})");
    PoolView view = quiet_pool(0s);
    CHECK(policy->decide(view, Trigger::kStart).target == 3);
    view.busy = 3;
    view.queued = 50;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 3);
}

TEST_CASE("the idle time of a fixed pool is headroom, neither floor nor buffer", "[policies][fixed]") {
    const auto policy = scale_policy(R"({"name": "fixed", "workers": 3})");
    const ScaleDecision decision = policy->decide(quiet_pool(0s), Trigger::kStart);
    CHECK(decision.floor == 0);
    CHECK(decision.buffer == 0);
    CHECK(decision.idle_reason == IdleReason::kHeadroom);
}

TEST_CASE("a fixed pool asks to be woken by nothing", "[policies][fixed]") {
    const Wakes wakes = scale_policy(R"({"name": "fixed", "workers": 3})")->wakes();
    CHECK_FALSE(wakes.tick);
    CHECK_FALSE(wakes.unserved);
    CHECK_FALSE(wakes.queue_age);
    CHECK_FALSE(wakes.idle_for);
    CHECK_FALSE(wakes.ready);
    CHECK_FALSE(wakes.freed);
}

TEST_CASE("a fixed size beyond the pool's limits is refused, with both figures", "[policies][fixed]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json, 1, 2); }); };
    CHECK_THAT(
        make(R"({"name": "fixed", "workers": 11})"),
        contains_text("test.json: workers: 11 workers are more than \"workers.max\" of pool \"pool\", 10"));
    CHECK_THAT(make(R"({"name": "fixed", "workers": 1})"),
               contains_text("fewer than min_workers of pool \"pool\", 2"));
    CHECK_THAT(make(R"({"name": "fixed", "workers": -1})"), contains_text("0 or more"));
    CHECK_THAT(make(R"("fixed")"), contains_text("\"workers\" is missing"));
}
