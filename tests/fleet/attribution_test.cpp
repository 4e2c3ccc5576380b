// Where a request's time went: starts, by overlap with the worker's own critical path; the request path;
// exposure.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Ready 2 + 3 + 4 + 5 + 6 s after a start: 9 s of cold start, then 11 s of load.
FleetSpec staged(std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = one_pool(std::move(policy));
    spec.horizon = SimTime{200s};
    spec.pools.front().startup = startup({{StartPhase::kAcquire, 2s},
                                          {StartPhase::kPull, 3s},
                                          {StartPhase::kContainer, 4s},
                                          {StartPhase::kRuntime, 5s},
                                          {StartPhase::kWeights, 6s}});
    spec.pools.front().starts_empty = true;
    return spec;
}

}  // namespace

TEST_CASE("the request that starts a worker is charged its cold start and its load", "[fleet][attribution]") {
    const Run run(staged(scale_to_zero(60s)), {request_at(1s, 7s)});
    CHECK(run.part(0, LatencyPart::kColdStart) == 9s);
    CHECK(run.part(0, LatencyPart::kLoad) == 11s);
    CHECK(run.part(0, LatencyPart::kQueue) == 0s);
    CHECK(run.part(0, LatencyPart::kDecode) == 7s);
    CHECK(run.total(0) == 27s);
    CHECK(run.request(0).cold);
    CHECK(run.request(0).exposed);
}

TEST_CASE("who comes during a start is charged from then on", "[fleet][attribution]") {
    // Fixed at one worker that begins at 0: phases end at 2, 5, 9, 14 and 20 s.
    const Run run(staged(fixed(1)), {request_at(7s, 1s), request_at(11s, 1s)});
    CHECK(run.part(0, LatencyPart::kColdStart) == 2s);
    CHECK(run.part(0, LatencyPart::kLoad) == 11s);
    CHECK(run.part(1, LatencyPart::kColdStart) == 0s);
    CHECK(run.part(1, LatencyPart::kLoad) == 9s);
    CHECK(run.part(1, LatencyPart::kQueue) == 1s);  // behind the first
    CHECK(run.request(1).cold);
}

TEST_CASE("a wait before the start began was queueing", "[fleet][attribution]") {
    const Run run(staged(scheduled({{0s, 0}, {10s, 1}})), {request_at(4s, 1s)});
    CHECK(run.part(0, LatencyPart::kQueue) == 6s);
    CHECK(run.part(0, LatencyPart::kColdStart) == 9s);
    CHECK(run.part(0, LatencyPart::kLoad) == 11s);
    CHECK(run.request(0).exposed);  // the start was caused while it waited
}

TEST_CASE("a request that another worker takes first was queueing, exposed all the same",
          "[fleet][attribution]") {
    FleetSpec spec = staged(scale_to_zero(60s));
    spec.pools.front().scale = scheduled({{0s, 1}, {22s, 2}});
    const Run run(std::move(spec), {request_at(21s, 10s), request_at(23s, 1s)});
    CHECK(run.part(1, LatencyPart::kQueue) == 8s);
    CHECK_FALSE(run.request(1).cold);
    CHECK(run.request(1).exposed);
    CHECK_FALSE(run.request(0).exposed);
}

TEST_CASE("waiting for supply is part of acquiring a node", "[fleet][attribution]") {
    FleetSpec spec = staged(scale_to_zero(2s));
    spec.supplies.push_back({"zone", 1, true, {}, {}});
    spec.pools.front().supply = 0;
    spec.pools.front().binding = Binding::kStart;
    // The first worker has the only GPU: ready at 20 s, busy until 25 s, gone at 27 s.
    const Run run(std::move(spec), {request_at(0s, 5s), request_at(24s, 5s)});
    CHECK(run.in_state(WorkerState::kAsked) == 3s);
    CHECK(run.part(1, LatencyPart::kColdStart) == 3s + 9s);
    CHECK(run.part(1, LatencyPart::kLoad) == 11s);
    CHECK(run.total(1) == 28s);
}

TEST_CASE("the request path is printed apart inside queue and post", "[fleet][attribution]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.horizon = SimTime{100s};
    spec.pools.front().path =
        std::make_unique<ConstantPath>(ConstantPath::Times{1s, 2s, 3s, 4s}, ConstantPath::Post::kFreesSlot);
    const Run run(std::move(spec), {request_at(0s, 5s)});
    CHECK(run.part(0, LatencyPart::kQueue) == 3s);
    CHECK(run.part(0, LatencyPart::kDecode) == 5s);
    CHECK(run.part(0, LatencyPart::kPost) == 7s);
    CHECK(run.request(0).gateway == 7s);
    CHECK(run.request(0).engine_queue == 0s);
    CHECK(run.usage().slot_time == 7s);  // take-up and service
}

TEST_CASE("post-processing holds the slot where the pool says so", "[fleet][attribution]") {
    const auto second_waits = [](ConstantPath::Post post) {
        FleetSpec spec = one_pool(fixed(1));
        spec.horizon = SimTime{100s};
        spec.pools.front().path = std::make_unique<ConstantPath>(ConstantPath::Times{0s, 0s, 3s, 0s}, post);
        const Run run(std::move(spec), {request_at(0s, 5s), request_at(0s, 5s)});
        CHECK(run.total(0) == 8s);
        return run.part(1, LatencyPart::kQueue);
    };
    CHECK(second_waits(ConstantPath::Post::kHoldsSlot) == 8s);
    CHECK(second_waits(ConstantPath::Post::kFreesSlot) == 5s);
}

TEST_CASE("the way in is not charged to a start that goes on meanwhile", "[fleet][attribution]") {
    FleetSpec spec = staged(fixed(1));
    spec.pools.front().path =
        std::make_unique<ConstantPath>(ConstantPath::Times{1s, 0s, 0s, 0s}, ConstantPath::Post::kFreesSlot);
    const Run run(std::move(spec), {request_at(12s, 1s)});
    CHECK(run.part(0, LatencyPart::kQueue) == 1s);
    CHECK(run.request(0).gateway == 1s);
    CHECK(run.part(0, LatencyPart::kLoad) == 7s);
}
