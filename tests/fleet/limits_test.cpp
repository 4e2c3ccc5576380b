// Limits of requests: time on a worker, age, pending time, and what is answered with 429.
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

FleetSpec with_workers(int workers, Duration horizon = 400s) {
    FleetSpec spec = one_pool(fixed(workers));
    spec.horizon = SimTime{horizon};
    return spec;
}

FleetSpec run_at_most(Duration limit, std::uint32_t attempts) {
    FleetSpec spec = with_workers(1);
    spec.pools.front().execution_timeout = limit;
    spec.classes.front().retry.attempts = attempts;
    spec.classes.front().retry.backoff = 1s;
    return spec;
}

FleetSpec living_at_most(Duration limit, FleetSpec spec) {
    spec.classes.front().ttl = limit;
    return spec;
}

}  // namespace

TEST_CASE("an attempt that is on a worker for too long fails, and the next one waiting runs",
          "[fleet][limits]") {
    const Run run(run_at_most(5s, 1), {request_at(0s, 8s), request_at(1s, 5s)});
    CHECK(run.request(0).outcome == Outcome::kFailed);
    CHECK(run.request(0).reason == "execution time-out");
    CHECK(run.request(0).delivered == SimTime{5s});
    CHECK(run.request(0).setbacks[Setback::kExecutionTimeout] == 1);
    CHECK(run.usage().failed_slot_time == 5s);
    CHECK(run.request(1).delivered == SimTime{10s});  // 5 s on the worker: done at its limit
}

TEST_CASE("an execution time-out is retried as its client retries failures", "[fleet][limits]") {
    const Run run(run_at_most(5s, 2), {request_at(0s, 8s)});
    CHECK(run.request(0).attempts == 2);
    CHECK(run.request(0).delivered == SimTime{11s});
    CHECK(run.request(0).setbacks[Setback::kExecutionTimeout] == 2);
}

TEST_CASE("an execution time-out is not retried where the class says so", "[fleet][limits]") {
    FleetSpec spec = run_at_most(5s, 2);
    spec.classes.front().retry.on_execution_timeout = false;
    const Run run(std::move(spec), {request_at(0s, 8s)});
    CHECK(run.request(0).attempts == 1);
    CHECK(run.request(0).delivered == SimTime{5s});
}

TEST_CASE("waiting does not count for the execution time-out", "[fleet][limits]") {
    const Run run(run_at_most(5s, 1), {request_at(0s, 4s), request_at(0s, 4s), request_at(0s, 4s)});
    CHECK(run.request(2).outcome == Outcome::kCompleted);
    CHECK(run.total(2) == 12s);
}

TEST_CASE("a request older than its time to live ends while it runs", "[fleet][limits]") {
    const Run run(living_at_most(10s, with_workers(1)), {request_at(0s, 30s), request_at(12s, 5s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).reason == "time to live");
    CHECK(run.request(0).delivered == SimTime{10s});
    CHECK(run.total(1) == 5s);
}

TEST_CASE("a request older than its time to live ends while it waits", "[fleet][limits]") {
    const Run run(living_at_most(10s, with_workers(1)), {request_at(0s, 9s), request_at(1s, 9s)});
    CHECK(run.request(0).outcome == Outcome::kCompleted);
    CHECK(run.request(1).delivered == SimTime{11s});
    CHECK(run.request(1).setbacks[Setback::kTimeToLive] == 1);
    CHECK(run.in_state(WorkerState::kBusy) == 11s);
}

// Attempts at 0 s and 6 s, each of 5 s; the third would begin at 13 s.
TEST_CASE("the time to live runs from the first attempt and through back-off", "[fleet][limits]") {
    FleetSpec spec = living_at_most(12s, run_at_most(5s, 3));
    const Run run(std::move(spec), {request_at(0s, 8s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).delivered == SimTime{12s});
    CHECK(run.part(0, LatencyPart::kLost) + run.part(0, LatencyPart::kQueue) == 12s);
}

TEST_CASE("a request of another class outlives the time to live of its neighbours", "[fleet][limits]") {
    FleetSpec spec = living_at_most(10s, with_workers(2));
    spec.classes.emplace_back().name = "batch";
    const Run run(std::move(spec), {request_at(0s, 30s, 0), request_at(0s, 30s, 1)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.total(1) == 30s);
}

TEST_CASE("what waits beyond a pending limit is refused with 429", "[fleet][limits]") {
    FleetSpec spec = with_workers(1);
    spec.pools.front().queue.max_wait = 10s;
    spec.pools.front().queue.late_is_refused = true;
    const Run run(std::move(spec), {request_at(0s, 30s), request_at(1s, 5s)});
    CHECK(run.request(1).outcome == Outcome::kRejected);
    CHECK(run.request(1).reason == "pending limit of the pool");
    CHECK(run.request(1).delivered == SimTime{11s});
    CHECK(run.request(1).setbacks[Setback::kThrottled] == 1);
}

// One ready worker: max(2, 3 x 1) = 3 in each window of 10 s.
TEST_CASE("a window lets in as many as its base or its workers allow, whichever is more", "[fleet][limits]") {
    FleetSpec spec = with_workers(1);
    spec.pools.front().rate_limit.per_window = ScaledLimit{2, 3};
    const Run run(std::move(spec), {request_at(1s, 0s), request_at(2s, 0s), request_at(8s, 0s),
                                    request_at(9s, 0s), request_at(10s, 0s)});
    CHECK(run.request(2).outcome == Outcome::kCompleted);
    CHECK(run.request(3).outcome == Outcome::kRejected);
    CHECK(run.request(3).reason == "rate limit of the pool");
    CHECK(run.request(3).setbacks[Setback::kThrottled] == 1);
    CHECK(run.request(4).outcome == Outcome::kCompleted);
}

TEST_CASE("as many wait or run at once as the base or the workers allow", "[fleet][limits]") {
    FleetSpec spec = with_workers(2);
    spec.pools.front().rate_limit.concurrent = ScaledLimit{1, 1.5};
    const Run run(std::move(spec),
                  {request_at(0s, 10s), request_at(0s, 10s), request_at(1s, 10s), request_at(2s, 10s)});
    CHECK(run.request(2).delivered == SimTime{20s});
    CHECK(run.request(3).outcome == Outcome::kRejected);
}

// Refused at 0 s and again at 1 s: its client's time-out, which began with each attempt, is forgotten both
// times.
TEST_CASE("a second attempt that is refused at once has ended", "[fleet][limits]") {
    FleetSpec spec = run_at_most(100s, 2);
    spec.classes.front().timeout = 20s;
    spec.pools.front().rate_limit.concurrent = ScaledLimit{1, 0};
    const Run run(std::move(spec), {request_at(0s, 10s), request_at(0s, 1s), request_at(50s, 1s)});
    CHECK(run.log.requests.size() == 3);
    CHECK(run.request(1).attempts == 2);
    CHECK(run.request(1).delivered == SimTime{1s});
    CHECK(run.request(1).setbacks[Setback::kThrottled] == 2);
    CHECK(run.total(2) == 1s);
}
