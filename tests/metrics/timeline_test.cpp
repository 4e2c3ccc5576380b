#include "sim/metrics/timeline.hpp"

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

namespace spillway {
namespace {

using namespace std::chrono_literals;

PoolSnapshot snapshot(Duration at, PoolId pool, std::uint64_t arrivals, std::uint64_t ended) {
    PoolSnapshot taken;
    taken.at = SimTime{at};
    taken.pool = pool;
    taken.arrivals = arrivals;
    taken.ended = ended;
    return taken;
}

TEST_CASE("a row holds the state at its end and what happened since the row before", "[metrics][timeline]") {
    Timeline timeline(SimTime{0s});
    PoolSnapshot first = snapshot(1s, PoolId{0}, 5, 2);
    first.queued = 3;
    first.workers[static_cast<std::size_t>(WorkerState::kBusy)] = 2;
    const TimelineRow row = timeline.add(first);
    REQUIRE(row.from == SimTime{0s});
    REQUIRE(row.to == SimTime{1s});
    REQUIRE(row.arrivals == 5);
    REQUIRE(row.ended == 2);
    REQUIRE(row.queued == 3);
    REQUIRE(row.workers[static_cast<std::size_t>(WorkerState::kBusy)] == 2);

    const TimelineRow next = timeline.add(snapshot(2s, PoolId{0}, 9, 9));
    REQUIRE(next.from == SimTime{1s});
    REQUIRE(next.arrivals == 4);
    REQUIRE(next.ended == 7);
    REQUIRE(next.queued == 0);
}

TEST_CASE("pools have rows of their own", "[metrics][timeline]") {
    Timeline timeline(SimTime{-600s});
    REQUIRE(timeline.add(snapshot(1s, PoolId{1}, 5, 2)).from == SimTime{-600s});
    REQUIRE(timeline.add(snapshot(1s, PoolId{0}, 7, 7)).arrivals == 7);
    REQUIRE(timeline.add(snapshot(2s, PoolId{1}, 6, 2)).arrivals == 1);
}

TEST_CASE("counts that fall and times that go back are our own bug", "[metrics][timeline]") {
    Timeline timeline(SimTime{0s});
    timeline.add(snapshot(2s, PoolId{0}, 5, 2));
    REQUIRE_THROWS_AS(timeline.add(snapshot(3s, PoolId{0}, 4, 2)), InternalError);
    REQUIRE_THROWS_AS(timeline.add(snapshot(1s, PoolId{0}, 5, 2)), InternalError);
}

}  // namespace
}  // namespace spillway
