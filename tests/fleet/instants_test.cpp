// What happens first at one instant.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

TEST_CASE("an answer at the very time-out has reached its client", "[fleet][instants]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.classes.front().timeout = 5s;
    const Run run(std::move(spec), {request_at(0s, 5s)});
    CHECK(run.request(0).outcome == Outcome::kCompleted);
}

TEST_CASE("a worker that turns ready at the end of a wait still serves it", "[fleet][instants]") {
    FleetSpec spec = one_pool(scale_to_zero(60s));
    spec.pools.front().startup = startup({{StartPhase::kWeights, 5s}});
    spec.pools.front().queue.max_wait = 5s;
    spec.classes.front().patience = Distribution::constant(5);
    const Run run(std::move(spec), {request_at(0s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kCompleted);
}

TEST_CASE("an arrival finds the slot that a finish frees at its instant", "[fleet][instants]") {
    const Run run(one_pool(fixed(1)), {request_at(0s, 5s), request_at(5s, 5s)});
    CHECK(run.total(1) == 5s);
}

TEST_CASE("a request that is timed out at an instant is out of a newcomer's way", "[fleet][instants]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.pools.front().queue.max_length = 1;
    spec.pools.front().queue.max_wait = 5s;
    const Run run(std::move(spec), {request_at(0s, 20s), request_at(1s, 1s), request_at(6s, 1s)});
    CHECK(run.request(1).delivered == SimTime{6s});
    CHECK(run.request(2).outcome == Outcome::kTimedOut);  // it found room in the queue
    CHECK(run.request(2).delivered == SimTime{11s});
}

TEST_CASE("an arrival at the very end of an idle time-out finds the worker warm", "[fleet][instants]") {
    FleetSpec spec = one_pool(scale_to_zero(10s));
    spec.horizon = SimTime{100s};
    spec.pools.front().startup = startup({{StartPhase::kWeights, 5s}});
    const Run run(std::move(spec), {request_at(0s, 1s), request_at(16s, 1s)});  // idle from 6 s on
    CHECK(run.total(1) == 1s);
    CHECK(run.usage().starts == 1);
}

TEST_CASE("an overflow is due only if nobody took the request at that instant", "[fleet][instants]") {
    class Late final : public PoolRoute {
    public:
        Route route(const RequestView&, FleetView) override { return {PoolId{0}, PoolId{1}, 3s, false}; }
        bool looks_at_request_only() const override { return true; }
    };
    FleetSpec spec = one_pool(fixed(1), 1);
    spec.pools.push_back(std::move(one_pool(scale_to_zero(10s)).pools.front()));
    spec.route = std::make_unique<Late>();
    const Run run(std::move(spec), {request_at(0s, 3s), request_at(0s, 1s)});
    CHECK_FALSE(run.request(1).overflowed);
    CHECK(run.total(1) == 4s);
}

TEST_CASE("arrivals of one instant are taken in the order of their source", "[fleet][instants]") {
    const Run run(one_pool(fixed(1)), {request_at(1s, 1s), request_at(1s, 1s), request_at(1s, 1s)});
    CHECK(run.total(0) == 1s);
    CHECK(run.total(1) == 2s);
    CHECK(run.total(2) == 3s);
}

TEST_CASE("requests of no length end at the instant at which they begin", "[fleet][instants]") {
    const Run run(one_pool(fixed(1)), {request_at(1s, 0s), request_at(1s, 0s), request_at(1s, 2s)});
    CHECK(run.total(0) == 0s);
    CHECK(run.total(1) == 0s);
    CHECK(run.total(2) == 2s);
}
