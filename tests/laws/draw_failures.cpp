#include <fmt/format.h>

#include "tests/laws/draw.hpp"

namespace spillway::laws {
namespace {

/// Something every few seconds of a run: rates are per second.
double draw_fault_rate() { return rarely() ? 0.002 * draw(1, 100) : 0; }

/// The zone of the supply: what may happen in it, and to it.
ZoneSpec draw_zone() {
    ZoneSpec zone;
    zone.name = "zone";
    if (rarely())
        zone.capacity = CapacitySpec{Distribution::weibull(draw(2, 40), 0.6), Distribution::exponential(4)};
    if (!zone.capacity && rarely()) {
        SimTime at{};
        for (int i = draw(1, 6); i > 0; --i) {
            at += tick(1, 40);
            zone.replay.push_back({at, toss()});
        }
    }
    if (rarely())
        zone.outages.push_back({SimTime{tick(0, 80)}, tick(1, 20)});
    if (rarely())
        zone.stock_out = StockOutSpec{draw(0, 8) / 10.0, tick(1, 12)};
    if (rarely())
        zone.sweeps = SweepSpec{0.01 * draw(1, 20), Distribution::uniform(0, 1)};
    return zone;
}

}  // namespace

void draw_failures(PoolPlan& pool) {
    if (rarely())
        pool.start_backoff = {2, toss() ? std::optional(tick(12, 40)) : std::nullopt, toss() ? 0.5 : 0.0};
    if (rarely())
        pool.init_timeout = tick(1, 20);
    if (rarely())
        pool.execution_timeout = tick(1, 20);
    pool.crash_rate = draw_fault_rate();
    pool.on_worker_lost = toss() ? OnWorkerLost::kRequeue : OnWorkerLost::kFail;
    pool.max_requeues = static_cast<std::uint32_t>(draw(0, 3));
    pool.queue.late_is_refused = rarely();
    if (rarely())
        pool.rate_limit.per_window = ScaledLimit{static_cast<double>(draw(1, 5)), draw(0, 4) / 2.0};
    if (rarely())
        pool.rate_limit.concurrent = ScaledLimit{static_cast<double>(draw(1, 5)), draw(0, 4) / 2.0};
    pool.rate_limit.window = tick(1, 40);
}

void draw_supply(Scenario& scenario) {
    SupplySpec& supply = scenario.supply.emplace(SupplySpec{"zone", draw(4, 8), toss(), {}, {}});
    if (toss()) {
        scenario.zones.push_back(draw_zone());
        supply.zone = ZoneId{0};
    }
    if (toss())
        supply.spot = SpotSpec{tick(0, 12), draw_fault_rate()};
    if (rarely())
        supply.launch_interval = tick(0, 12);
    if (toss())
        return;
    supply.placement = static_cast<Placement>(draw(0, 2));
    for (int i = 0; i < draw(1, 4); ++i) {
        HostSpec host{fmt::format("host{}", i), 4, supply.zone};
        if (toss())
            host.faults = HostFaultSpec{draw_fault_rate(), Distribution::exponential(draw(1, 10))};
        supply.hosts.push_back({static_cast<std::uint32_t>(scenario.hosts.size())});
        scenario.hosts.push_back(host);
    }
}

RolloutPlan draw_rollout(const Scenario& scenario) {
    RolloutPlan plan;
    plan.at = tick(0, 80);
    plan.pool = static_cast<std::uint32_t>(draw(0, static_cast<int>(scenario.pools.size()) - 1));
    plan.surge = draw(0, 3);
    plan.max_unavailable = draw(plan.surge == 0 ? 1 : 0, 2);
    if (toss())
        plan.startup = draw_startup(scenario);
    return plan;
}

}  // namespace spillway::laws
