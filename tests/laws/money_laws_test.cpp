// What holds for the bill of every fleet.
#include "sim/billing/reconcile.hpp"
#include "tests/laws/purchases.hpp"
#include "tests/laws/world.hpp"
#include "tests/support/rapidcheck.hpp"

using namespace spillway;
using namespace spillway::laws;
using namespace std::chrono_literals;

namespace {

void check_bill(const World& world, std::size_t pool) {
    const Purchase& purchase = world.meter->purchase({static_cast<std::uint32_t>(pool)});
    const UsageTotals totals = world.meter->totals(world.usage(pool));
    const Bill bill = price_usage(purchase, totals);
    Money sum;
    for (const BillLine& line : bill.lines) sum += line.amount;
    RC_ASSERT(sum == bill.total);
    const Reconciliation result = reconcile(purchase, totals, bill);
    Money rebuilt = result.textbook;
    for (const BillDifference& difference : result.differences) rebuilt += difference.amount;
    RC_ASSERT(rebuilt == bill.total);
    std::int64_t completed = 0;
    for (const RequestRecord& request : world.log.requests) {
        const bool here = !request.answer && request.pool && request.pool->value == pool;
        completed += request.measured && here ? 1 : 0;
    }
    for (const testing::Log::Stage& stage : world.log.stages) {
        const RequestRecord& request = stage.request;
        completed += request.measured && request.pool && request.pool->value == pool ? 1 : 0;
    }
    RC_ASSERT(totals.requests == completed);
}

}  // namespace

TEST_CASE("the bill of every fleet adds up and is reconciled with the textbook", "[laws]") {
    check_scenarios([] {
        const Scenario scenario = draw_scenario();
        RC_LOG() << describe(scenario);
        std::vector<Purchase> purchases;
        for (const PoolPlan& pool : scenario.pools) purchases.push_back(draw_purchase(pool));
        const World world(scenario, purchases);
        for (std::size_t pool = 0; pool < scenario.pools.size(); ++pool) check_bill(world, pool);
    });
}
