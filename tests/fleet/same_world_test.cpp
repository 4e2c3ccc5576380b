// Two policies live through the same world.
#include <algorithm>
#include <set>

#include "tests/fleet/support/mishaps.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Everything that strikes places: spells of capacity, sweeps, single interruptions, crashes.
FleetSpec troubled(std::unique_ptr<ScalePolicy> policy) {
    FleetSpec spec = in_one_zone(48h, std::move(policy));
    spec.seed = {17, 0};
    ZoneSpec& zone = spec.zones.front();
    zone.capacity = CapacitySpec{Distribution::weibull(4 * 3600.0, 0.6), Distribution::exponential(1800)};
    zone.sweeps = SweepSpec{0.2 / 3600, Distribution::uniform(0.2, 0.9)};
    zone.outages = {{SimTime{20h}, 1h}};
    zone.stock_out = StockOutSpec{0.2, 30s};
    spec.supplies.front().spot = SpotSpec{0s, 0.1 / 3600};
    spec.pools.front().crash_rate = 0.1 / 3600;
    return spec;
}

std::set<SimTime> losses(const Run& run) {
    std::set<SimTime> times;
    for (const WorkerLife& life : run.log.lives) {
        if (life.end == LifeEnd::kFailed)
            times.insert(life.at);
    }
    return times;
}

}  // namespace

// Places are handed out lowest first: the places of two workers are among those of five, and both fleets keep
// theirs filled as far as the zone allows.
TEST_CASE("what strikes a small fleet strikes a larger one at the same moments", "[fleet][world]") {
    const std::set<SimTime> small = losses(Run(troubled(fixed(2)), {}));
    const std::set<SimTime> large = losses(Run(troubled(fixed(5)), {}));
    CHECK(small.size() > 20);
    CHECK(large.size() > small.size());
    CHECK(std::includes(large.begin(), large.end(), small.begin(), small.end()));
}

TEST_CASE("a fleet that starts later meets the same outages", "[fleet][world]") {
    const std::set<SimTime> always = losses(Run(troubled(fixed(2)), {}));
    const std::set<SimTime> later = losses(Run(troubled(scheduled({{0s, 0}, {10h, 2}})), {}));
    std::set<SimTime> rest;
    for (const SimTime at : always) {
        if (at > SimTime{10h})
            rest.insert(at);
    }
    CHECK(later.count(SimTime{20h}) == 1);
    // `scheduled` asks for what is lost as `fixed` does, so that from then on the two are the same fleet, but
    // for one that begins in a stock-out.
    std::vector<SimTime> differ;
    std::set_symmetric_difference(later.begin(), later.end(), rest.begin(), rest.end(),
                                  std::back_inserter(differ));
    CHECK(differ.empty());
}
