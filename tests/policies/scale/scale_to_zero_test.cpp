#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

TEST_CASE("scale-to-zero starts workers for requests without a slot and stops idle ones",
          "[policies][scale_to_zero]") {
    const auto policy = scale_policy(R"({"name": "scale-to-zero", "requests_per_worker": 2})", 2);
    CHECK(policy->decide(quiet_pool(0s), Trigger::kStart).target == 0);

    PoolView first = quiet_pool(5s);
    first.queued = 1;
    CHECK(policy->decide(first, Trigger::kUnserved).target == 1);  // ceil(1 / 2)

    PoolView burst = quiet_pool(6s);
    burst.starting = 1;
    burst.queued = 5;
    const ScaleDecision grown = policy->decide(burst, Trigger::kUnserved);
    CHECK(grown.target == 3);  // ceil(5 / 2)
    CHECK(grown.rule == "requests against slots");
    CHECK(grown.observed == 5);
    CHECK(grown.threshold == 2);  // 1 worker x 2

    PoolView calm = quiet_pool(80s);
    calm.busy = 1;
    calm.in_flight = 1;
    calm.idle = 2;
    calm.idle_expired = 2;
    const ScaleDecision shrunk = policy->decide(calm, Trigger::kIdle);
    CHECK(shrunk.target == 1);  // 3 - 2
    CHECK(shrunk.rule == "idle time-out, in s");
    CHECK(shrunk.observed == Approx(60));
    CHECK(shrunk.threshold == Approx(60));
    CHECK(shrunk.victims == VictimOrder::kIdleOnly);

    PoolView last = quiet_pool(140s);
    last.idle = 1;
    last.idle_expired = 1;
    CHECK(policy->decide(last, Trigger::kIdle).target == 0);
}

TEST_CASE("scale-to-zero sees the present and is woken by unserved requests and idle workers",
          "[policies][scale_to_zero]") {
    const Wakes wakes = scale_policy(R"({"name": "scale-to-zero", "idle_timeout": "5s"})")->wakes();
    CHECK(wakes.live);
    CHECK(wakes.unserved);
    CHECK(wakes.idle_for == 5s);
    CHECK_FALSE(wakes.tick);
    CHECK_FALSE(wakes.queue_age);
    CHECK(scale_policy(R"("scale-to-zero")")->wakes().idle_for == 60s);
}

TEST_CASE("scale-to-zero packs a worker to its slots unless told otherwise", "[policies][scale_to_zero]") {
    PoolView view = quiet_pool(1s);
    view.queued = 9;
    CHECK(scale_policy(R"("scale-to-zero")", 4)->decide(view, Trigger::kUnserved).target ==
          3);  // ceil(9 / 4)
    CHECK(scale_policy(R"({"name": "scale-to-zero", "requests_per_worker": 1})", 4)
              ->decide(view, Trigger::kUnserved)
              .target == 9);
}

TEST_CASE("the pool's minimum stays when every worker idles", "[policies][scale_to_zero]") {
    const auto policy = scale_policy(R"("scale-to-zero")", 1, 1);
    PoolView view = quiet_pool(100s);
    view.min_workers = 1;
    view.idle = 3;
    view.idle_expired = 3;
    const ScaleDecision decision = policy->decide(view, Trigger::kIdle);
    CHECK(decision.target == 1);
    CHECK(decision.floor == 1);
}

TEST_CASE("an idle worker that the requests still need is kept", "[policies][scale_to_zero]") {
    // Warm-first routing filled one worker's 4 slots; at 2 requests a worker the second is wanted.
    const auto policy = scale_policy(R"({"name": "scale-to-zero", "requests_per_worker": 2})", 4);
    PoolView view = quiet_pool(100s);
    view.busy = 1;
    view.in_flight = 4;
    view.idle = 1;
    view.idle_expired = 1;
    CHECK(policy->decide(view, Trigger::kIdle).target == 2);
    const auto patient =
        scale_policy(R"({"name": "scale-to-zero", "requests_per_worker": 2, "queue_delay": "4s"})", 4);
    CHECK(patient->decide(view, Trigger::kIdle).target == 2);
}

TEST_CASE("with a queue delay only the first worker starts at once", "[policies][scale_to_zero]") {
    const auto policy = scale_policy(R"({"name": "scale-to-zero", "queue_delay": "4s"})");
    CHECK(policy->wakes().queue_age == 4s);

    PoolView view = quiet_pool(0s);
    view.queued = 3;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 1);
    view.starting = 1;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 1);

    // At 4 s the three requests turn too old one after the other. The first has its worker on the way.
    view.now = SimTime{4s};
    view.oldest_wait = 4s;
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 1);
    const ScaleDecision second = policy->decide(view, Trigger::kQueueAge);
    CHECK(second.target == 2);
    CHECK(second.rule == "longest wait, in s");
    CHECK(second.observed == Approx(4));
    CHECK(second.threshold == Approx(4));
    view.starting = 2;
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 3);
}

TEST_CASE("with a queue delay, requests that were served since do not count", "[policies][scale_to_zero]") {
    const auto policy = scale_policy(R"({"name": "scale-to-zero", "queue_delay": "4s"})");
    PoolView view = quiet_pool(4s);
    view.busy = 1;
    view.in_flight = 1;
    view.queued = 2;
    view.oldest_wait = 4s;
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 2);

    // At 10 s both are gone. Two came at 6 s, of which the first turns too old now: one worker is on its way.
    view.now = SimTime{10s};
    view.starting = 1;
    view.oldest_wait = 4s;
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 2);
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 3);

    // A start that failed is asked for again when the fleet says that requests have no slot.
    view.starting = 1;
    view.now = SimTime{12s};
    view.oldest_wait = 6s;
    CHECK(policy->decide(view, Trigger::kUnserved).target == 3);
}

TEST_CASE("scale-to-zero refuses parameters that contradict each other or mean nothing",
          "[policies][scale_to_zero]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "scale-to-zero", "queue_delay": "4s", "check_period": "1s"})"),
               contains_text("test.json: check_period: it would start workers before queue_delay"));
    CHECK_THAT(make(R"({"name": "scale-to-zero", "requests_per_worker": 0})"), contains_text("1 or more"));
    CHECK_THAT(make(R"({"name": "scale-to-zero", "idle_timeout": 60})"),
               contains_text("the unit is missing"));
    CHECK_THAT(make(R"({"name": "scale-to-zero", "idle_timout": "60s"})"),
               contains_text("\"idle_timeout\"?"));
    CHECK_THAT(make(R"({"name": "scale-to-zero", "check_period": "0s"})"), contains_text("longer than 0s"));
}
