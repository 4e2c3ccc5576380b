// A request that finds no free slot: held, turned away, served in turn, or gone after max_wait.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

TEST_CASE("requests without a slot are served first come, first served", "[fleet][queue]") {
    const Run run(one_pool(fixed(1)), {request_at(0s, 4s), request_at(1s, 2s), request_at(2s, 1s)});
    CHECK(run.total(0) == 4s);
    CHECK(run.part(1, LatencyPart::kQueue) == 3s);
    CHECK(run.total(1) == 5s);
    CHECK(run.part(2, LatencyPart::kQueue) == 4s);
    CHECK(run.total(2) == 5s);
    CHECK(run.usage().peak_queue == 2);
}

TEST_CASE("a request beyond the queue's bound is rejected at once", "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.pools.front().queue.max_length = 1;
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(1s, 1s), request_at(2s, 1s)});
    CHECK(run.request(1).outcome == Outcome::kCompleted);
    CHECK(run.request(2).outcome == Outcome::kRejected);
    CHECK(run.request(2).reason == "queue full");
    CHECK(run.total(2) == 0s);
}

TEST_CASE("where requests are not held, one without a ready worker is rejected", "[fleet][queue]") {
    FleetSpec spec = one_pool(scheduled({{0s, 0}, {3s, 1}}));
    spec.pools.front().queue.hold_without_worker = false;
    const Run run(std::move(spec), {request_at(1s, 5s), request_at(4s, 5s), request_at(5s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kRejected);
    CHECK(run.request(0).reason == "no ready worker");
    CHECK(run.request(1).outcome == Outcome::kCompleted);
    CHECK(run.part(2, LatencyPart::kQueue) == 4s);  // a worker is there: it may wait
}

TEST_CASE("what nothing serves ends at max_wait", "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(0));
    spec.pools.front().queue.max_wait = 7s;
    const Run run(std::move(spec), {request_at(1s, 1s), request_at(3s, 1s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).reason == "waited longer than max_wait");
    CHECK(run.request(0).delivered == SimTime{8s});
    CHECK(run.request(1).delivered == SimTime{10s});
    CHECK(run.part(1, LatencyPart::kQueue) == 7s);
}

TEST_CASE("a higher priority goes first, whoever came first", "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.classes.emplace_back().name = "urgent";
    spec.classes.back().priority = 1;
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(1s, 3s, 0), request_at(2s, 3s, 1)});
    CHECK(run.part(2, LatencyPart::kQueue) == 8s);
    CHECK(run.part(1, LatencyPart::kQueue) == 12s);
}

TEST_CASE("among classes of one priority the first to come goes first, at one instant too",
          "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.classes.emplace_back().name = "other";
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(1s, 3s, 1), request_at(1s, 3s, 0)});
    CHECK(run.part(1, LatencyPart::kQueue) == 9s);
    CHECK(run.part(2, LatencyPart::kQueue) == 12s);
}

TEST_CASE("a rate limit refuses what exceeds a minute's allowance", "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(9));
    spec.pools.front().rate_limit.requests_per_minute = 2;
    const Run run(std::move(spec),
                  {request_at(0s, 1s), request_at(0s, 1s), request_at(10s, 1s), request_at(40s, 1s)});
    CHECK(run.request(1).outcome == Outcome::kCompleted);
    CHECK(run.request(2).outcome == Outcome::kRejected);  // a third of a request has come back
    CHECK(run.request(2).reason == "rate limit of the pool");
    CHECK(run.request(3).outcome == Outcome::kCompleted);  // 4/3
}

TEST_CASE("a request that the engine cannot hold is rejected by name, and frees its slot", "[fleet][queue]") {
    FleetSpec spec = one_pool(fixed(1));
    spec.pools.front().service = std::make_unique<PickyServiceFactory>(100);
    std::vector<Arrival> arrivals{request_at(0s, 2s), request_at(0s, 2s), request_at(0s, 2s)};
    arrivals[1].input_tokens = 101;
    const Run run(std::move(spec), arrivals);
    CHECK(run.request(1).outcome == Outcome::kRejected);
    CHECK(run.request(1).reason == "too large for a worker of the pool");
    CHECK(run.request(1).delivered == SimTime{2s});
    CHECK(run.total(2) == 4s);
}
