// Requests of several stages: what a failure, a time-out or a lost patience takes with it.
#include "tests/fleet/support/flows.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

TEST_CASE("the failure of one branch withdraws the others", "[fleet][flow]") {
    // The short branch's pool lets nobody in; the long one gets its worker back at 1 s.
    FleetSpec spec = diamond();
    spec.pools[1].scale = fixed(0);
    spec.pools[1].queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    const RequestRecord& request = run.request(0);
    CHECK(request.outcome == Outcome::kRejected);
    CHECK(request.reason == "no ready worker");
    CHECK(request.total() == 1s);
    CHECK(run.part(0, LatencyPart::kQueue) == 1s);
    CHECK(run.usage(2).slot_time == 0s);
    CHECK(run.usage(3).slot_time == 0s);
    CHECK(run.log.requests.size() == 1);
}

TEST_CASE("a stage is tried again by the rule of its class, and the others keep what they have",
          "[fleet][flow]") {
    // The second stage is rejected at 1 s and at 3 s and finds a worker at 5 s: 4 s of it are lost.
    FleetSpec spec = staged({1s, 2s}, chain(2));
    spec.pools[1].scale = scheduled({{0s, 0}, {4s, 1}});
    spec.pools[1].queue.hold_without_worker = false;
    spec.classes.front().retry = {5, 2s, 1, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).attempts == 1);
    CHECK(run.total(0) == 7s);
    CHECK(run.part(0, LatencyPart::kLost) == 4s);
    CHECK(run.usage(0).slot_time == 1s);
}

TEST_CASE("a client that sends the whole again loses what was done", "[fleet][flow]") {
    // Rejected at 1 s; again from 3 s, rejected at 4 s; again from 6 s: 6..7 and 7..9.
    FleetSpec spec = staged({1s, 2s}, chain(2));
    spec.flows.front().retry = FlowRetry::kRequest;
    spec.pools[1].scale = scheduled({{0s, 0}, {5s, 1}});
    spec.pools[1].queue.hold_without_worker = false;
    spec.classes.front().retry = {5, 2s, 1, 0, true, true, true};
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).attempts == 3);
    CHECK(run.total(0) == 9s);
    CHECK(run.part(0, LatencyPart::kLost) == 6s);
    CHECK(run.usage(0).slot_time == 3s);
}

TEST_CASE("a request is not sent again for a stage that ran too long, where its class says so",
          "[fleet][flow]") {
    for (const bool again : {false, true}) {
        FleetSpec spec = staged({5s}, chain(1));
        spec.flows.front().retry = FlowRetry::kRequest;
        spec.pools[0].execution_timeout = 2s;
        spec.classes.front().retry = {3, 1s, 1, 0, true, true, true, again};
        const Run run(std::move(spec), {request_at(0s, 1s)});
        CHECK(run.request(0).outcome == Outcome::kFailed);
        CHECK(run.request(0).attempts == (again ? 3 : 1));
    }
}

TEST_CASE("a stage that is withdrawn between two attempts has ended once in its pool", "[fleet][flow]") {
    // On its worker 0..1, in back-off until the client's time-out at 5 s.
    FleetSpec spec = staged({2s}, chain(1));
    spec.pools[0].execution_timeout = 1s;
    spec.classes.front().timeout = 5s;
    spec.classes.front().retry = {3, 20s, 1, 0, true, false, true};
    ListSource source({request_at(0s, 1s)});
    Fleet fleet(std::move(spec), source);
    class Last final : public SnapshotObserver {
    public:
        void snapshot(const PoolSnapshot& taken) override { shot = taken; }
        PoolSnapshot shot;
    } last;
    fleet.observe(static_cast<SnapshotObserver&>(last));
    fleet.run();
    CHECK(last.shot.arrivals == 1);
    CHECK(last.shot.ended == 1);
}

TEST_CASE("a client's time-out runs over all stages and frees their slots", "[fleet][flow]") {
    FleetSpec spec = diamond();
    spec.classes.front().timeout = 4s;
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).reason == "the client's time-out");
    CHECK(run.total(0) == 4s);
    CHECK(run.usage(2).slot_time == 3s);  // 1..4
    CHECK(run.usage(2).failed_slot_time == 3s);
    CHECK(run.usage(1).failed_slot_time == 0s);
    CHECK(run.usage(3).slot_time == 0s);
}

TEST_CASE("patience counts from the request's own arrival", "[fleet][flow]") {
    FleetSpec spec = staged({2s, 1s}, chain(2));
    spec.pools[1].scale = fixed(0);
    spec.classes.front().patience = Distribution::constant(5);
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kAbandoned);
    CHECK(run.total(0) == 5s);
}
