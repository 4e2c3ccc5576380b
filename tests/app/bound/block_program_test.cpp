#include "app/bound/block_program.hpp"

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

/// A dollar a second, and a start of 20 s.
UnitCost dollar_worker() {
    UnitCost cost;
    cost.per_second = 1;
    cost.start.billed = 20s;
    return cost;
}

const LettingGo kNobody{{0}, {0}};

BlockFloor floor_of(std::vector<double> bounds, const std::vector<DemandItem>& items, const UnitCost& cost,
                    const LettingGo& letting_go = kNobody) {
    const SlotDemand demand(std::move(bounds), 0, items, 1);
    const BlockUnit unit{&cost};
    return BlockProgram(demand, std::span(&unit, 1), letting_go).solve();
}

DemandItem item(double at, double end, double seconds) {
    DemandItem result;
    result.at = at;
    result.end = end;
    result.work = result.duration = seconds;
    return result;
}

}  // namespace

TEST_CASE("one request costs a start and its time", "[bound][block_program]") {
    CHECK(floor_of({0, 100, 130, 200}, {item(100, 130, 5)}, dollar_worker()).dollars == Approx(25));
}

TEST_CASE("two requests whose windows meet share a start, and the first one waits",
          "[bound][block_program]") {
    const std::vector<DemandItem> items{item(100, 130, 1), item(110, 140, 1)};
    CHECK(floor_of({0, 100, 110, 130, 140, 200}, items, dollar_worker()).dollars == Approx(22));
}

TEST_CASE("a worker is kept through a gap that is cheaper than a start", "[bound][block_program]") {
    const std::vector<DemandItem> items{item(100, 102, 2), item(112, 114, 2)};
    CHECK(floor_of({0, 100, 102, 112, 114, 200}, items, dollar_worker()).dollars == Approx(20 + 2 + 10 + 2));
}

TEST_CASE("a gap that is dearer than a start costs a start", "[bound][block_program]") {
    const std::vector<DemandItem> items{item(100, 102, 2), item(150, 152, 2)};
    CHECK(floor_of({0, 100, 102, 150, 152, 200}, items, dollar_worker()).dollars == Approx(2 * 22));
}

TEST_CASE("a worker that was there from the beginning need not start", "[bound][block_program]") {
    CHECK(floor_of({0, 10, 200}, {item(0, 10, 5)}, dollar_worker()).dollars == Approx(5));
}

TEST_CASE("requests that one worker cannot serve in time need two", "[bound][block_program]") {
    const std::vector<DemandItem> items{item(100, 105, 4), item(100, 105, 4)};
    CHECK(floor_of({0, 100, 105, 200}, items, dollar_worker()).dollars == Approx(2 * 24));
}

TEST_CASE("requests that share a worker are up no longer than one of them", "[bound][block_program]") {
    std::vector<DemandItem> items{item(100, 104, 4), item(100, 104, 4)};
    for (DemandItem& one : items) one.work = one.duration / 4;  // four at once
    CHECK(floor_of({0, 100, 104, 200}, items, dollar_worker()).dollars == Approx(24));
}

TEST_CASE("of requests that may be let go, the dearest go", "[bound][block_program]") {
    const std::vector<DemandItem> items{item(50, 52, 2), item(100, 109, 9)};
    const BlockFloor floor = floor_of({0, 50, 52, 100, 109, 200}, items, dollar_worker(), {{0}, {1}});
    CHECK(floor.dollars == Approx(22));
    CHECK(floor.gone.at(0) == Approx(1));
}

TEST_CASE("a request that is dearer than letting it go is let go", "[bound][block_program]") {
    const std::vector<DemandItem> items{item(50, 52, 2)};
    CHECK(floor_of({0, 50, 52, 200}, items, dollar_worker(), {{15}, {}}).dollars == Approx(15));
    CHECK(floor_of({0, 50, 52, 200}, items, dollar_worker(), {{30}, {}}).dollars == Approx(22));
}

TEST_CASE("what may be served behind the block is not asked for", "[bound][block_program]") {
    CHECK(floor_of({0, 90, 100}, {item(90, 130, 5)}, dollar_worker()).dollars == Approx(0).margin(1e-9));
    // Three seconds lie before its end in any case.
    CHECK(floor_of({0, 90, 100}, {item(90, 102, 5)}, dollar_worker()).dollars == Approx(23));
}

TEST_CASE("where idle time is free, only serving is paid", "[bound][block_program]") {
    UnitCost cost = dollar_worker();
    cost.pays_idle = false;
    const std::vector<DemandItem> items{item(100, 102, 2), item(150, 152, 2)};
    CHECK(floor_of({0, 100, 102, 150, 152, 200}, items, cost).dollars == Approx(4));
}

TEST_CASE("an API that is cheaper than a start serves in its place", "[bound][block_program]") {
    std::vector<DemandItem> items{item(50, 52, 2)};
    items[0].api_cost = 3;
    CHECK(floor_of({0, 50, 52, 200}, items, dollar_worker()).dollars == Approx(3));
    items[0].api_cost = 300;
    CHECK(floor_of({0, 50, 52, 200}, items, dollar_worker()).dollars == Approx(22));
}

TEST_CASE("of two pools the cheaper one sets the floor", "[bound][block_program]") {
    UnitCost dear = dollar_worker();
    UnitCost cheap = dollar_worker();
    cheap.per_second = 0.5;
    const std::vector<BlockUnit> units{{&dear}, {&cheap}};
    const SlotDemand demand({0, 50, 60, 200}, 0, {item(50, 60, 6)}, 1);
    CHECK(BlockProgram(demand, units, kNobody).solve().dollars == Approx(0.5 * 26));
}

}  // namespace spillway::tests
