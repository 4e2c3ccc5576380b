// What the world goes through, apart from any fleet.
#include <cmath>

#include "sim/fleet/world.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

namespace {

ZoneSpec on_and_off(Distribution up, Distribution down) {
    ZoneSpec zone;
    zone.name = "zone";
    zone.capacity = CapacitySpec{std::move(up), std::move(down)};
    return zone;
}

double hours(double of) { return of * 3600; }

}  // namespace

TEST_CASE("a trace of availability is replayed, its first row also before it", "[fleet][world]") {
    ZoneSpec zone;
    zone.replay = {{SimTime{10s}, false}, {SimTime{20s}, true}, {SimTime{25s}, true}, {SimTime{30s}, false}};
    Spells spells(zone, {}, 0, SimTime{-100s});
    CHECK_FALSE(spells.up(SimTime{-50s}));
    CHECK_FALSE(spells.up(SimTime{15s}));
    CHECK(spells.up(SimTime{20s}));
    CHECK(spells.up(SimTime{29s}));
    CHECK_FALSE(spells.up(SimTime{30s}));
    CHECK_FALSE(spells.up(SimTime{1000h}));
    CHECK(spells.next_change(SimTime{0s}) == SimTime{20s});
    CHECK(spells.next_change(SimTime{20s}) == SimTime{30s});
    CHECK(spells.next_change(SimTime{30s}) == std::nullopt);
}

TEST_CASE("spells of capacity do not depend on who asks for them, or in which order", "[fleet][world]") {
    const ZoneSpec zone =
        on_and_off(Distribution::weibull(hours(2), 0.6), Distribution::exponential(hours(1)));
    Spells asked_often(zone, {7, 3}, 4, SimTime{-10min});
    Spells asked_late(zone, {7, 3}, 4, SimTime{-10min});
    Spells elsewhere(zone, {7, 3}, 5, SimTime{-10min});
    CHECK(asked_late.up(SimTime{2000h}) == asked_late.up(SimTime{2000h}));
    int differ = 0;
    for (SimTime at{-10min}; at < SimTime{2000h}; at += 30min) {
        REQUIRE(asked_often.up(at) == asked_late.up(at));
        differ += asked_often.up(at) != elsewhere.up(at) ? 1 : 0;
    }
    CHECK(differ > 1000);
}

// The share of zones that are up at any time is the mean up-time's share of both: 3 h of 4 h. Over 4,000
// zones its standard deviation is sqrt(0.75 x 0.25 / 4000) = 0.0068; four of them are a false alarm in
// 16,000.
TEST_CASE("a zone is found in the midst of its spells, as likely up at the start as later",
          "[fleet][world]") {
    const ZoneSpec zone =
        on_and_off(Distribution::weibull(hours(3), 0.7), Distribution::exponential(hours(1)));
    for (const Duration after : {0h, 1h, 6h, 50h}) {
        int up = 0;
        for (std::uint32_t number = 0; number < 4000; ++number) {
            Spells spells(zone, {11, 0}, number, SimTime{});
            up += spells.up(SimTime{after}) ? 1 : 0;
        }
        CHECK(std::abs(up / 4000.0 - 0.75) < 4 * 0.0068);
    }
}

// Spells of ten hours each: the first change lies anywhere in the first ten. Mean 5 h, standard deviation of
// the mean of 4,000: 10 h / sqrt(12 x 4000) = 0.0456 h.
TEST_CASE("the first change comes as from the midst of a spell", "[fleet][world]") {
    const ZoneSpec zone = on_and_off(Distribution::constant(hours(10)), Distribution::constant(hours(10)));
    double sum = 0;
    for (std::uint32_t number = 0; number < 4000; ++number) {
        Spells spells(zone, {12, 0}, number, SimTime{});
        const SimTime change = spells.next_change(SimTime{}).value();
        REQUIRE(change <= SimTime{10h});
        REQUIRE(spells.next_change(change) == change + 10h);
        sum += to_seconds(change) / 3600;
    }
    CHECK(std::abs(sum / 4000 - 5) < 4 * 0.0456);
}

// 2 an hour over 2,000 hours: 4,000 with a standard deviation of sqrt(4000) = 63.2.
TEST_CASE("strikes come at their rate, each in its slot of time", "[fleet][world]") {
    const Strikes strikes({5, 0}, "test", 2 / 3600.0);
    std::size_t count = 0;
    for (std::int64_t slot = -1000; slot < 1000; ++slot) {
        SimTime last = Strikes::begin_of(slot);
        for (const SimTime at : strikes.in_slot(9, slot)) {
            REQUIRE(at >= last);
            REQUIRE(Strikes::slot_of(at) == slot);
            last = at;
            ++count;
        }
    }
    CHECK(std::abs(static_cast<double>(count) - 4000) < 4 * 63.2);
    CHECK(strikes.in_slot(9, 17) == strikes.in_slot(9, 17));
    CHECK(Strikes({5, 0}, "test", 0).in_slot(9, 17).empty());
}

TEST_CASE("a zone that is out sells nothing, and says when it may again", "[fleet][world]") {
    ZoneSpec zone;
    zone.outages = {{SimTime{10s}, 20s}, {SimTime{60s}, 5s}};
    zone.replay = {{SimTime{}, true}, {SimTime{40s}, false}, {SimTime{50s}, true}};
    const std::vector<ZoneSpec> zones{zone};
    World world({}, zones, SimTime{});
    CHECK(world.sells({0}, Market::kOnDemand, SimTime{9s}));
    CHECK_FALSE(world.sells({0}, Market::kOnDemand, SimTime{10s}));
    CHECK(world.may_sell_again({0}, Market::kOnDemand, SimTime{10s}) == SimTime{30s});
    CHECK(world.sells({0}, Market::kSpot, SimTime{30s}));
    CHECK(world.sells({0}, Market::kOnDemand, SimTime{45s}));
    CHECK_FALSE(world.sells({0}, Market::kSpot, SimTime{45s}));
    CHECK(world.may_sell_again({0}, Market::kSpot, SimTime{45s}) == SimTime{50s});
    CHECK(world.next_change({0}, SimTime{0s}) == SimTime{10s});
    CHECK(world.next_change({0}, SimTime{10s}) == SimTime{40s});
    CHECK(world.next_change({0}, SimTime{50s}) == SimTime{60s});
    CHECK(world.next_change({0}, SimTime{60s}) == std::nullopt);
}

// 10,000 slots at 30%: 3,000 with a standard deviation of sqrt(10000 x 0.3 x 0.7) = 45.8.
TEST_CASE("a stock-out lasts for whole slots of the clock, of the share that was asked for",
          "[fleet][world]") {
    ZoneSpec zone;
    zone.stock_out = StockOutSpec{0.3, 30s};
    const std::vector<ZoneSpec> zones{zone};
    World world({3, 0}, zones, SimTime{-1h});
    int closed = 0;
    for (SimTime at{-30s}; at < SimTime{-30s} + 10'000 * 30s; at += 30s) {
        const bool sells = world.sells({0}, Market::kOnDemand, at);
        REQUIRE(world.sells({0}, Market::kSpot, at + 29s) == sells);
        if (!sells) {
            REQUIRE(world.may_sell_again({0}, Market::kOnDemand, at + 11s) == at + 30s);
            ++closed;
        }
    }
    CHECK(std::abs(closed - 3000) < 4 * 45.8);
}
