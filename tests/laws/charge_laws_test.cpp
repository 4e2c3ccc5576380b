// What holds for the charge-back of every fleet.
#include "sim/billing/charge_back.hpp"
#include "sim/billing/charge_meter.hpp"
#include "tests/laws/purchases.hpp"
#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;

namespace {

/// Within a thousandth, or what rounding each stretch of time down may cost.
bool is_near(double one, double other) { return std::abs(one - other) <= 1e-3 * std::max(one, other) + 1e-3; }

double seconds_of(const OwnerShares& shares) {
    double sum = 0;
    for (const Int128 share : shares) sum += static_cast<double>(share);
    return sum / (1 << 20) * 1e-9;
}

void check_pool(const Purchase& purchase, const Meter& meter, const PoolUsage& usage,
                const ChargeShares& shares) {
    const Bill bill = price_usage(purchase, meter.totals(usage));
    const std::vector<ChargedLine> lines = charge_back(purchase, bill, shares);
    Money sum;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Money of_line;
        for (const Money amount : lines[i].by_owner) of_line += amount;
        RC_ASSERT(of_line == bill.lines[i].amount);
        sum += of_line;
    }
    RC_ASSERT(sum == bill.total);
    // Whose time it was is known of all of it.
    const auto spent = [&](WorkerState state) {
        return to_seconds(usage.state_time[static_cast<std::size_t>(state)]);
    };
    RC_ASSERT(is_near(seconds_of(shares.idle), to_seconds(usage.idle_timeout)));
    const double served = seconds_of(shares.busy) + seconds_of(shares.draining);
    RC_ASSERT(served <= spent(WorkerState::kBusy) + spent(WorkerState::kDraining) + 1e-3);
}

}  // namespace

TEST_CASE("the charge-back of every fleet adds up to its bill, line by line", "[laws][charge_back]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        std::vector<Purchase> purchases;
        for (const PoolPlan& pool : scenario.pools) purchases.push_back(draw_purchase(pool));
        Meter meter(purchases);
        ChargeMeter charges(purchases, scenario.classes.size());
        const std::unique_ptr<RequestSource> source = build_source(scenario);
        Fleet fleet(build_spec(scenario), *source);
        fleet.observe(static_cast<RequestObserver&>(meter));
        fleet.observe(static_cast<UsageObserver&>(meter));
        fleet.observe(static_cast<RequestObserver&>(charges));
        fleet.observe(static_cast<UsageObserver&>(charges));
        fleet.observe(static_cast<StepObserver&>(charges));
        fleet.observe(static_cast<ControlObserver&>(charges));
        fleet.run();
        for (std::uint32_t pool = 0; pool < scenario.pools.size(); ++pool)
            check_pool(purchases[pool], meter, fleet.usage({pool}), charges.shares({pool}));
    });
}
