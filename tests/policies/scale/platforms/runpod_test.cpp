#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// `queued` requests, of which the first has waited for `oldest`.
PoolView waiting(Duration at, int queued, Duration oldest) {
    PoolView view = quiet_pool(at);
    view.queued = queued;
    view.oldest_wait = oldest;
    return view;
}

}  // namespace

TEST_CASE("runpod-queue-delay starts one worker from zero, at its next check", "[policies][runpod]") {
    const auto policy = scale_policy(R"("runpod-queue-delay")");
    CHECK(policy->wakes().tick == 1s);
    CHECK(policy->wakes().queue_age == 4s);
    CHECK(policy->wakes().idle_for == 5s);
    CHECK(policy->wakes().live);
    CHECK_FALSE(policy->wakes().unserved);
    CHECK(policy->decide(quiet_pool(0s), Trigger::kTick).target == 0);
    CHECK(policy->decide(waiting(1s, 3, 500ms), Trigger::kTick).target == 1);
}

TEST_CASE("runpod-queue-delay adds a worker for each request that waited too long and has none on its way",
          "[policies][runpod]") {
    // Requests come at 0, 1, 2 and 3 s to one busy worker: at 4, 5, 6, 7 s they are 4 s old.
    const auto policy = scale_policy(R"("runpod-queue-delay")");
    PoolView view = waiting(4s, 4, 4s);
    view.busy = 1;
    CHECK(policy->decide(view, Trigger::kQueueAge).target == 1);  // only a check starts workers
    ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 2);
    CHECK(decision.observed == 1);
    CHECK(decision.threshold == 0);
    for (const Duration at : {5s, 6s}) {
        view.now = SimTime{at};
        view.oldest_wait = at;
        policy->decide(view, Trigger::kQueueAge);
    }
    view.starting = 1;
    decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 4);  // three are old, one start is under way: two more on top of two
    CHECK(decision.observed == 3);
    CHECK(decision.threshold == 1);
    // The first two have gone: the third, which came at 2 s, is now the oldest.
    view.queued = 2;
    view.now = SimTime{7s};
    view.oldest_wait = 5s;
    CHECK(policy->decide(view, Trigger::kTick).target == 2);  // it is the one that the start is for
}

TEST_CASE("runpod-queue-delay may add a limited number of workers a check", "[policies][runpod]") {
    const auto policy = scale_policy(R"({"name": "runpod-queue-delay", "workers_per_check": 1})");
    PoolView view = waiting(4s, 3, 4s);
    view.busy = 1;
    for (int i = 0; i < 3; ++i) policy->decide(view, Trigger::kQueueAge);
    CHECK(policy->decide(view, Trigger::kTick).target == 2);
    CHECK_THAT(error_of([] { scale_policy(R"({"name": "runpod-queue-delay", "workers_per_check": 0})"); }),
               contains_text("1 or more"));
}

TEST_CASE("a worker on its way answers for as many requests as it will take", "[policies][runpod]") {
    const auto policy = scale_policy(R"("runpod-queue-delay")", 4);
    PoolView view = waiting(4s, 6, 4s);
    view.concurrency = 4;
    view.busy = 1;
    view.starting = 1;
    for (int i = 0; i < 6; ++i) policy->decide(view, Trigger::kQueueAge);
    CHECK(policy->decide(view, Trigger::kTick).target == 3);  // six are old, four are answered for
}

TEST_CASE("with a lag, runpod-queue-delay learns of a wait that much later", "[policies][runpod]") {
    const auto policy = scale_policy(R"({"name": "runpod-queue-delay", "lag": "2s"})");
    CHECK_FALSE(policy->wakes().live);
    PoolView view = waiting(4s, 1, 2s);  // as it was at 2 s
    view.busy = 1;
    policy->decide(view, Trigger::kQueueAge);
    CHECK(policy->decide(view, Trigger::kTick).target == 1);
    view.now = SimTime{6s};
    view.oldest_wait = 4s;  // as it was at 4 s
    CHECK(policy->decide(view, Trigger::kTick).target == 2);
}

TEST_CASE("runpod-queue-delay stops workers after their idle time-out, down to the active ones",
          "[policies][runpod]") {
    const auto policy = scale_policy(R"("runpod-queue-delay")", 1, 1);
    PoolView view = quiet_pool(60s);
    view.min_workers = 1;
    view.idle = 3;
    view.idle_expired = 3;
    const ScaleDecision decision = policy->decide(view, Trigger::kIdle);
    CHECK(decision.target == 1);
    CHECK(decision.floor == 1);
    CHECK(decision.observed == 5);
}

TEST_CASE("runpod-request-count divides the requests by its value", "[policies][runpod]") {
    const auto policy = scale_policy(R"({"name": "runpod-request-count", "scaler_value": 4})");
    PoolView view = quiet_pool(1s);
    view.queued = 7;
    view.busy = view.in_flight = 2;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 3);  // ceil((7 + 2) / 4)
    CHECK(decision.observed == 9);
    CHECK(decision.threshold == 8);  // 4 x 2 workers
}

TEST_CASE("runpod-request-count lets idle workers go at the next check, busy ones never",
          "[policies][runpod]") {
    const auto policy = scale_policy(R"({"name": "runpod-request-count", "scaler_value": 4})");
    PoolView view = quiet_pool(1s);
    view.busy = view.in_flight = 2;
    view.idle = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 2);  // one would do, two are busy
    CHECK_FALSE(policy->wakes().idle_for);
}

TEST_CASE("runpod-request-count of a load-balancing endpoint waits for the idle time-out",
          "[policies][runpod]") {
    const auto policy = scale_policy(R"({"name": "runpod-request-count", "idle_timeout": "5s"})");
    CHECK(policy->wakes().idle_for == 5s);
    PoolView view = quiet_pool(1s);
    view.idle = 2;
    view.idle_expired = 1;
    CHECK(policy->decide(view, Trigger::kTick).target == 1);
    view.queued = 9;
    CHECK(policy->decide(view, Trigger::kIdle).target == 2);  // an idle time-out never starts workers
}
