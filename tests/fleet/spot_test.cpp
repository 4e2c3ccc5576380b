// Spot capacity that is taken back: notice, draining, requests that are caught, replacements.
#include "tests/fleet/support/mishaps.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// One worker, capacity from 0 to 100 s and again from 200 s on, 30 s of notice.
FleetSpec taken_back_at_100(OnWorkerLost then, Duration notice = 30s) {
    FleetSpec spec = on_spot(notice, {100s, 200s}, in_one_zone(400s, fixed(1)));
    spec.pools.front().on_worker_lost = then;
    return spec;
}

}  // namespace

// Busy from 90 s, told at 100 s, done at 110 s: nothing is lost. Its place is asked for again at 100 s, and
// found when capacity is back at 200 s.
TEST_CASE("a spot worker finishes within its notice what it has", "[fleet][spot]") {
    const Run run(taken_back_at_100(OnWorkerLost::kFail), {request_at(90s, 20s)});
    CHECK(run.total(0) == 20s);
    CHECK(run.request(0).setbacks[Setback::kInterrupted] == 0);
    CHECK(run.in_state(WorkerState::kBusy) == 10s);
    CHECK(run.in_state(WorkerState::kDraining) == 10s);
    CHECK(run.in_state(WorkerState::kAsked) == 100s);
    CHECK(run.in_state(WorkerState::kIdle) == 90s + 200s);
    CHECK(run.usage().lost_workers[Setback::kInterrupted] == 1);
}

// Busy from 90 s for 60 s: at 130 s the notice is over.
TEST_CASE("what a spot worker has not finished at the end of its notice fails", "[fleet][spot]") {
    const Run run(taken_back_at_100(OnWorkerLost::kFail), {request_at(90s, 60s)});
    CHECK(run.request(0).outcome == Outcome::kFailed);
    CHECK(run.request(0).reason == "its spot worker was taken back");
    CHECK(run.request(0).delivered == SimTime{130s});
    CHECK(run.request(0).setbacks[Setback::kInterrupted] == 1);
    CHECK(run.usage().failed_slot_time == 40s);
    CHECK(run.log.lives.front().end == LifeEnd::kFailed);
    CHECK(run.log.lives.front().at == SimTime{130s});
    CHECK(run.usage().lost_workers[Setback::kInterrupted] == 1);
}

// Lost at 130 s, taken by the next worker at 200 s, done at 260 s: 40 s lost, 70 s of waiting for
// supply, which counts as cold start, 60 s of work.
TEST_CASE("a requeued request counts what it went through as lost", "[fleet][spot]") {
    const Run run(taken_back_at_100(OnWorkerLost::kRequeue), {request_at(90s, 60s)});
    CHECK(run.request(0).outcome == Outcome::kCompleted);
    CHECK(run.request(0).requeues == 1);
    CHECK(run.request(0).attempts == 1);
    CHECK(run.total(0) == 170s);
    CHECK(run.part(0, LatencyPart::kLost) == 40s);
    CHECK(run.part(0, LatencyPart::kColdStart) == 70s);
    CHECK(run.part(0, LatencyPart::kDecode) == 60s);
    CHECK(run.usage().failed_slot_time == 40s);
}

TEST_CASE("a requeued request goes before those that were never served", "[fleet][spot]") {
    const Run run(taken_back_at_100(OnWorkerLost::kRequeue), {request_at(90s, 60s), request_at(95s, 5s)});
    CHECK(run.request(0).delivered == SimTime{260s});
    CHECK(run.request(1).delivered == SimTime{265s});
}

// It came to the queue again at 130 s: it may wait until 170 s, though it was sent at 90 s.
TEST_CASE("the limit on waiting begins anew for a requeued request", "[fleet][spot]") {
    FleetSpec spec = taken_back_at_100(OnWorkerLost::kRequeue);
    spec.pools.front().queue.max_wait = 40s;
    const Run run(std::move(spec), {request_at(90s, 60s), request_at(95s, 5s)});
    CHECK(run.request(0).outcome == Outcome::kTimedOut);
    CHECK(run.request(0).delivered == SimTime{170s});
    CHECK(run.part(0, LatencyPart::kLost) == 40s);
    CHECK(run.part(0, LatencyPart::kQueue) == 40s);
    CHECK(run.request(1).delivered == SimTime{135s});
}

TEST_CASE("a request is requeued so often and no more", "[fleet][spot]") {
    FleetSpec spec = taken_back_at_100(OnWorkerLost::kRequeue);
    spec.pools.front().max_requeues = 0;
    const Run run(std::move(spec), {request_at(90s, 60s)});
    CHECK(run.request(0).outcome == Outcome::kFailed);
    CHECK(run.request(0).requeues == 0);
}

TEST_CASE("without notice a spot worker is gone at once", "[fleet][spot]") {
    const Run run(taken_back_at_100(OnWorkerLost::kRequeue, 0s), {request_at(90s, 20s)});
    CHECK(run.part(0, LatencyPart::kLost) == 10s);
    CHECK(run.request(0).delivered == SimTime{220s});
    CHECK(run.in_state(WorkerState::kDraining) == 0s);
}

TEST_CASE("a client's retry is another attempt after an interruption", "[fleet][spot]") {
    FleetSpec spec = taken_back_at_100(OnWorkerLost::kFail);
    spec.classes.front().retry.attempts = 2;
    spec.classes.front().retry.backoff = 5s;
    const Run run(std::move(spec), {request_at(90s, 60s)});
    CHECK(run.request(0).attempts == 2);
    CHECK(run.part(0, LatencyPart::kLost) == 45s);
    CHECK(run.request(0).delivered == SimTime{260s});
}

// Told at 100 s while it starts: it could serve nobody. It is asked for again, ready at 210 s.
TEST_CASE("a start that is told to go has failed", "[fleet][spot]") {
    FleetSpec spec = taken_back_at_100(OnWorkerLost::kFail);
    spec.pools.front().scale = scheduled({{0s, 0}, {95s, 1}});
    spec.pools.front().startup = startup({{StartPhase::kWeights, 10s}});
    const Run run(std::move(spec), {});
    CHECK(run.usage().failed_starts == 1);
    CHECK(run.in_state(WorkerState::kStarting) == 5s + 10s);
    CHECK(run.in_state(WorkerState::kIdle) == 190s);
}

TEST_CASE("interruptions leave on-demand workers of the zone alone", "[fleet][spot]") {
    FleetSpec spec = taken_back_at_100(OnWorkerLost::kFail);
    spec.supplies.front().spot.reset();
    const Run run(std::move(spec), {request_at(90s, 60s)});
    CHECK(run.total(0) == 60s);
    CHECK(run.usage().lost_workers[Setback::kInterrupted] == 0);
}

// A sweep that takes everything, once in the hour: four workers are told at the same time.
TEST_CASE("a sweep takes its share of a zone's instances at once", "[fleet][spot]") {
    const OneStrike strike("sweep/zone", 1 / 3600.0);
    const auto swept = [&](double share) {
        FleetSpec spec = in_one_zone(1h, fixed(400));
        spec.seed = strike.seed;
        spec.supplies.front().spot = SpotSpec{0s, 0};
        spec.zones.front().sweeps = SweepSpec{1 / 3600.0, Distribution::constant(share)};
        const Run run(std::move(spec), {});
        for (const WorkerLife& life : run.log.lives) {
            if (life.end == LifeEnd::kFailed)
                CHECK(life.at == strike.at);
        }
        return static_cast<int>(run.usage().lost_workers[Setback::kInterrupted]);
    };
    CHECK(swept(1) == 400);
    CHECK(swept(0) == 0);
    CHECK(std::abs(swept(0.6) - 240) < 4 * 9.8);  // sqrt(400 x 0.6 x 0.4) = 9.8
}

TEST_CASE("a spot place is taken back at its own moments", "[fleet][spot]") {
    const OneStrike strike("reclaim/gpus", 1 / 3600.0);
    FleetSpec spec = in_one_zone(1h, fixed(1));
    spec.seed = strike.seed;
    spec.supplies.front().spot = SpotSpec{30s, 1 / 3600.0};
    const Run run(std::move(spec), {request_at(strike.at - SimTime{} - 10s, 20s)});
    CHECK(run.total(0) == 20s);
    CHECK(run.in_state(WorkerState::kDraining) == 10s);
    CHECK(run.usage().lost_workers[Setback::kInterrupted] == 1);
    CHECK(run.in_state(WorkerState::kIdle) == 1h - 10s);  // its successor is there at once
}
