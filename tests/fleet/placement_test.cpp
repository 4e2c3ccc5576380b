// Where a start lands: quotas, hosts with free GPUs, and what a host would spare.
#include <array>

#include "sim/fleet/supply.hpp"
#include "tests/fleet/support/run.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::testing;
using namespace std::chrono_literals;

namespace {

/// Hosts a, b, c with 2, 4 and 4 GPUs.
const std::vector<HostSpec> kHosts{{"a", 2, {}}, {"b", 4, {}}, {"c", 4, {}}};

SupplySpec supply_of_all(Placement placement) {
    SupplySpec spec;
    spec.hosts = {{0}, {1}, {2}};
    spec.placement = placement;
    return spec;
}

int nothing_warm(HostId) { return 0; }

std::optional<std::uint32_t> host_of(Supply& supply, int gpus, double luck = 0.5) {
    const auto grant = supply.take(gpus, nothing_warm, luck);
    return grant ? std::optional(grant->host.value().value) : std::nullopt;
}

/// Remembers where its starts landed and which hosts workers left; hosts that were left are warm.
class Footprints final : public StartupModel {
public:
    void begin(const StartContext& context, SimTime now, StartListener& listener) override {
        landed.push_back(context.host.value().value);
        inner_.begin(context, now, listener);
    }
    void cancel(StartId start, SimTime now) override { inner_.cancel(start, now); }
    std::optional<SimTime> next_change() const override { return inner_.next_change(); }
    void advance(SimTime now, StartListener& listener) override { inner_.advance(now, listener); }
    double mean_seconds() const override { return inner_.mean_seconds(); }
    int warmth(HostId host, std::uint32_t, SimTime) const override {
        return std::count(left.begin(), left.end(), host.value) > 0 ? 1 : 0;
    }
    void worker_left(std::optional<HostId> host, std::uint32_t, SimTime) override {
        left.push_back(host.value().value);
    }

    std::vector<std::uint32_t> landed;
    std::vector<std::uint32_t> left;

private:
    SeriesStartup inner_{{{StartPhase::kWeights, 1s}}};
};

}  // namespace

TEST_CASE("a packed supply fills the fullest host that has room, a spread one the emptiest",
          "[fleet][supply]") {
    SECTION("packed") {
        Supply supply(supply_of_all(Placement::kPacked), kHosts);
        CHECK(host_of(supply, 2) == 0U);
        CHECK(host_of(supply, 2) == 1U);  // b and c have 4 each
        CHECK(host_of(supply, 1) == 1U);
        CHECK(host_of(supply, 2) == 2U);
    }
    SECTION("spread") {
        Supply supply(supply_of_all(Placement::kSpread), kHosts);
        CHECK(host_of(supply, 1) == 1U);
        CHECK(host_of(supply, 1) == 2U);
        CHECK(host_of(supply, 1) == 1U);
    }
    SECTION("at random: each of the three with equal chances") {
        Supply supply(supply_of_all(Placement::kRandom), kHosts);
        CHECK(host_of(supply, 1, 0.1) == 0U);
        CHECK(host_of(supply, 1, 0.4) == 1U);
        CHECK(host_of(supply, 1, 0.9) == 2U);
    }
}

TEST_CASE("a start needs its GPUs on one host and inside the quota, and gives them back there",
          "[fleet][supply]") {
    Supply supply(supply_of_all(Placement::kPacked), kHosts);
    const auto first = supply.take(3, nothing_warm, 0.5);
    CHECK(first->host == HostId{1});
    CHECK(host_of(supply, 3) == 2U);
    CHECK_FALSE(host_of(supply, 3).has_value());  // four GPUs are free, and never three of one host
    supply.give_back(3, *first);
    CHECK(host_of(supply, 4) == 1U);

    SupplySpec quota = supply_of_all(Placement::kPacked);
    quota.gpus = 3;
    Supply limited(quota, kHosts);
    CHECK(host_of(limited, 2) == 0U);
    CHECK_FALSE(host_of(limited, 2).has_value());
    CHECK(host_of(limited, 1) == 1U);
}

TEST_CASE("a host that would spare the start comes before a fuller one, unless the supply does not care",
          "[fleet][supply]") {
    const auto c_is_warm = [](HostId host) { return host == HostId{2} ? 5 : 0; };
    Supply caring(supply_of_all(Placement::kPacked), kHosts);
    CHECK(caring.take(1, c_is_warm, 0.5)->host == HostId{2});
    SupplySpec spec = supply_of_all(Placement::kPacked);
    spec.prefers_warm = false;
    Supply careless(spec, kHosts);
    CHECK(careless.take(1, c_is_warm, 0.5)->host == HostId{0});
}

TEST_CASE("a start goes back to the host that a worker of its pool has left", "[fleet][supply]") {
    // A worker starts at 0 on host a (packed), another at 2 s on a as well. Both stop at 10 s; of those asked
    // for at 20 s, two go back to a, which was left, and the third goes to b.
    FleetSpec spec = one_pool(scheduled({{0s, 1}, {2s, 2}, {10s, 0}, {20s, 3}}));
    spec.horizon = SimTime{60s};
    spec.hosts = kHosts;
    spec.supplies.push_back(supply_of_all(Placement::kPacked));
    PoolSpec& pool = spec.pools.front();
    pool.supply = 0;
    pool.starts_empty = true;
    auto model = std::make_unique<Footprints>();
    const Footprints& prints = *model;
    pool.startup = std::move(model);
    ListSource source({request_at(59s, 100ms)});
    Fleet fleet(std::move(spec), source);
    fleet.run();
    CHECK(prints.landed == std::vector<std::uint32_t>{0, 0, 0, 0, 1});
    CHECK(prints.left == std::vector<std::uint32_t>{0, 0});
}
