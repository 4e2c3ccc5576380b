// Platforms' autoscalers inside a real fleet: timelines worked out by hand, with measured service times and
// starts of 10 s. The offset of the looks is drawn, so that times that follow a look are given relative to
// it.
#include <algorithm>

#include <fmt/format.h>

#include "tests/fleet/support/fakes.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// One pool of up to 10 workers.
FleetSpec one_pool(std::string_view policy, Duration horizon, int concurrency = 1) {
    FleetSpec spec;
    spec.classes.emplace_back().name = "chat";
    PoolSpec& pool = spec.pools.emplace_back();
    pool.name = "pool";
    pool.max_workers = 10;
    pool.concurrency = concurrency;
    pool.service = std::make_unique<testing::MeasuredServiceFactory>();
    pool.startup = std::make_unique<testing::SeriesStartup>(
        std::vector<std::pair<StartPhase, Duration>>{{StartPhase::kWeights, 10s}});
    pool.scale = scale_policy(policy, concurrency);
    spec.horizon = SimTime{horizon};
    return spec;
}

struct Run {
    Run(FleetSpec spec, const std::vector<Duration>& arrivals, Duration service)
        : source(testing::arrivals_at(arrivals, service)), fleet(std::move(spec), source), log(fleet) {
        fleet.run();
    }
    /// "0->1", one a decision.
    std::vector<std::string> sizes() const {
        std::vector<std::string> list;
        for (const DecisionRecord& decision : log.decisions)
            list.push_back(fmt::format("{}->{}", decision.before, decision.after));
        return list;
    }
    SimTime at(std::size_t number) const { return log.decisions.at(number).at; }
    Duration total(std::uint64_t origin) const { return log.request(origin).total(); }

    testing::ListSource source;
    Fleet fleet;
    testing::Log log;
};

using Sizes = std::vector<std::string>;

bool lies_within(SimTime time, Duration after, Duration until) {
    return time > SimTime{after} && time <= SimTime{until};
}

/// When the worker began to start for a request that was turned away at 5 s; the next one, at 30 s, finds it.
SimTime started_for_one_turned_away(std::string_view policy) {
    INFO(policy);
    FleetSpec spec = one_pool(policy, 60s);
    spec.pools[0].queue.hold_without_worker = false;
    const Run run(std::move(spec), {5s, 30s}, 2s);
    CHECK(run.log.request(0).outcome == Outcome::kRejected);
    CHECK(run.log.request(1).outcome == Outcome::kCompleted);
    return run.at(0);
}

}  // namespace

TEST_CASE("in a fleet, RunPod's first request waits for a check, a start and nothing else",
          "[policies][in_fleet]") {
    // Started at a check within 5 s and 6 s, ready 10 s after, served 2 s, idle 5 s.
    const Run run(one_pool(R"("runpod-queue-delay")", 100s), {5s}, 2s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->0"});
    CHECK(lies_within(run.at(0), 5s, 6s));
    CHECK(run.at(1) - run.at(0) == 17s);
    CHECK(run.total(0) == run.at(0) - SimTime{5s} + 12s);
    CHECK(run.fleet.usage({0}).idle_timeout == 5s);
}

TEST_CASE("in a fleet, RunPod's queue delay starts a second worker for the second request",
          "[policies][in_fleet]") {
    // Both are old at 4 s, and one start is under way for them: the check 4 s after the first adds one.
    const Run run(one_pool(R"("runpod-queue-delay")", 100s), {0s, 0s}, 30s);
    REQUIRE(run.sizes().size() == 4);
    CHECK(run.sizes()[1] == "1->2");
    CHECK(run.at(1) - run.at(0) == 4s);
    CHECK(run.total(1) - run.total(0) == 4s);
}

TEST_CASE("in a fleet, RunPod's request count starts for all that wait at one check",
          "[policies][in_fleet]") {
    // Three requests at two a worker: two workers, of which the second is not needed any more at the end.
    const Run run(one_pool(R"({"name": "runpod-request-count", "scaler_value": 2})", 100s), {5s, 5s, 5s}, 2s);
    REQUIRE(run.sizes() == Sizes{"0->2", "2->1", "1->0"});
    CHECK(lies_within(run.at(0), 5s, 6s));
    // Two are done 2 s after the start of 10 s, the third after 4 s; a check falls on either instant.
    CHECK(run.at(1) - run.at(0) == 12s);
    CHECK(run.at(2) - run.at(0) == 14s);
}

TEST_CASE("in a fleet, Modal holds a spare container until the function is quiet", "[policies][in_fleet]") {
    const Run run(one_pool(R"({"name": "modal", "buffer_containers": 1})", 400s), {100200ms}, 5s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->2", "2->1", "1->0"});
    CHECK(run.at(0) == SimTime{100200ms});
    CHECK(lies_within(run.at(1), 100200ms, 101200ms));
    // The spare one is ready 10 s after its look and has idled for 60 s before the function is quiet, at
    // 100.2 + 10 + 5 + 60 s; the other one, which is the spare by then, at that moment.
    CHECK(run.at(2) - run.at(1) == 70s);
    CHECK(run.at(3) == SimTime{175200ms});
    CHECK(run.total(0) == 15s);
    // One of two is spare from when both idle, or the only one that does.
    CHECK(run.fleet.usage({0}).idle_buffer == SimTime{175200ms} - (run.at(1) + 10s));
}

TEST_CASE("in a fleet, Cloud Run starts an instance a request and keeps each for 15 minutes",
          "[policies][in_fleet]") {
    // At 100% the mean of two requests never asks for a third instance.
    const Run run(one_pool(R"({"name": "cloud-run", "concurrency_utilization": 1})", 1000s), {5s, 6s}, 30s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->2", "2->1", "1->0"});
    CHECK(run.at(0) == SimTime{5s});
    CHECK(run.at(1) == SimTime{6s});
    CHECK(run.at(2) == SimTime{945s});
    CHECK(run.at(3) == SimTime{946s});
    CHECK(run.total(1) == 40s);
}

TEST_CASE("in a fleet, Cloud Run starts one instance a request while earlier ones still start",
          "[policies][in_fleet]") {
    // From 10 s on, an instance turns ready each second as another request comes.
    FleetSpec spec = one_pool(R"({"name": "cloud-run", "concurrency_utilization": 1})", 60s);
    spec.pools[0].max_workers = 100;
    std::vector<Duration> arrivals;
    for (int i = 0; i < 30; ++i) arrivals.push_back(1s * i);
    const Run run(std::move(spec), arrivals, 100s);
    REQUIRE(run.sizes().size() == 30);
    for (std::size_t i = 0; i < 30; ++i) CHECK(run.log.decisions[i].after == static_cast<int>(i) + 1);
}

TEST_CASE("in a fleet, a policy that looks every so often hears of requests that were turned away",
          "[policies][in_fleet]") {
    const std::vector<std::string_view> policies{
        R"({"name": "huggingface", "from_zero": "tick", "period": "5s"})",
        R"({"name": "runpod-queue-delay", "idle_timeout": "60s"})",
        R"({"name": "queue-depth", "from_zero": "tick", "period": "5s"})"};
    for (const std::string_view policy : policies) {
        CHECK(lies_within(started_for_one_turned_away(policy), 5s, 10s));  // by a look within 5 s
    }
}

TEST_CASE("in a fleet, a policy that is asked by requests starts a worker for one that is turned away",
          "[policies][in_fleet]") {
    for (const std::string_view policy :
         {R"({"name": "scale-to-zero", "idle_timeout": "60s"})", R"({"name": "keep-warm"})",
          R"({"name": "beam"})", R"({"name": "hybrid-histogram"})"}) {
        CHECK(started_for_one_turned_away(policy) == SimTime{5s});
    }
}

TEST_CASE("in a fleet, Cloud Run's 60% ask for a second instance beside a busy one", "[policies][in_fleet]") {
    // The request is there from 0 s on: every mean is 1, and ceil(1 / 0.6) = 2.
    const Run run(one_pool(R"("cloud-run")", 50s), {0s}, 100s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->2"});
    CHECK(lies_within(run.at(1), 1s, 6s));
    CHECK(run.log.decisions[1].observed == 1);
}

TEST_CASE("in a fleet, Knative goes to zero after the stable window and the grace period",
          "[policies][in_fleet]") {
    // Started by the activator at 5 s, served until 17 s. The mean of 60 s is nothing from the first look
    // after 77 s on; the pod has been active since 15 s, so that it turns inactive then, and is gone 30 s
    // later.
    const Run run(one_pool(R"({"name": "knative-kpa", "initial_scale": 0})", 200s, 100), {5s}, 2s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->0"});
    CHECK(run.at(0) == SimTime{5s});
    CHECK(run.total(0) == 12s);
    CHECK(lies_within(run.at(1), 107s, 109s));
}

TEST_CASE("in a fleet, Knative panics in a burst and leaves it after a stable window",
          "[policies][in_fleet]") {
    // Ten requests just after 5 s, one a pod. The first makes ceil(1 / 0.7) = 2 pods; the first look with a
    // second's mean, 9.99, wants ceil(9.99 / 0.7) = 15, of which ten may be.
    const Run run(one_pool(R"({"name": "knative-kpa", "initial_scale": 0})", 300s),
                  std::vector<Duration>(10, 5001ms), 20s);
    REQUIRE(run.log.decisions.size() >= 4);
    const DecisionRecord& first = run.log.decisions[0];
    CHECK(first.at == SimTime{5001ms});
    CHECK(first.after == 2);
    const DecisionRecord& panic = run.log.decisions[1];
    CHECK(lies_within(panic.at, 6s, 8001ms));
    CHECK(panic.wanted == 15);
    CHECK(panic.after == 10);
    CHECK(panic.observed == tests::Approx(9.99).margin(0.01));
    // 15 of 2 ready pods are a panic at each look until the others are ready, 10 s after they were asked for,
    // and for more than 60 s after the last such look.
    const auto shrinks = [](const DecisionRecord& decision) { return decision.after < decision.before; };
    const auto shrink = std::find_if(run.log.decisions.begin(), run.log.decisions.end(), shrinks);
    REQUIRE(shrink != run.log.decisions.end());
    CHECK(shrink->at - panic.at > 68s);
    CHECK(shrink->at - panic.at <= 72s);
    CHECK(run.log.decisions.back().after == 0);
}

TEST_CASE("in a fleet, an HPA follows the sampled metric up at once and down after five minutes",
          "[policies][in_fleet]") {
    // Four requests on one pod from 1 s to 601 s. The first sample, at 15 s, shows 4 against 2: two pods,
    // which are enough. The looks up to the sample at 615 s want two, and five minutes after the last of them
    // one.
    const Run run(one_pool(R"({"name": "kubernetes-hpa", "target": 2})", 1000s, 4),
                  std::vector<Duration>(4, 1s), 600s);
    REQUIRE(run.sizes() == Sizes{"0->1", "1->2", "2->1"});
    CHECK(run.at(0) == SimTime{0s});
    CHECK(lies_within(run.at(1), 15s, 30s));
    CHECK(run.log.decisions[1].observed == 4);
    CHECK(lies_within(run.at(2), 900s, 915s));
    CHECK((run.at(2) - run.at(1)) % 15s == 0s);
}

TEST_CASE("in a fleet, the hybrid histogram has a worker warm just before a regular request",
          "[policies][in_fleet]") {
    // Requests every 10 minutes, served in 10 s: idle for 590 s, in the bin of minute 9. After ten idle times
    // the worker is loaded 0.9 x 9 min = 486 s after the end, and is warm when the next request comes.
    std::vector<Duration> arrivals;
    for (int i = 0; i < 15; ++i) arrivals.push_back(600s * i);
    const Run run(one_pool(R"("hybrid-histogram")", 10000s), arrivals, 10s);
    CHECK(run.total(0) == 20s);  // cold
    for (std::uint64_t i = 1; i < 15; ++i) CHECK(run.total(i) == 10s);
    // From the eleventh on, the worker is there from 486 s after the end until the next end: at most
    // 590 - 486 + 10 s of each 600 s, start included.
    CHECK(run.log.decisions.back().after == 0);
    CHECK(run.fleet.usage({0}).starts == 1 + 5);
}
