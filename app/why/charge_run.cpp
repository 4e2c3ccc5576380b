#include "app/why/charge_run.hpp"

#include "app/run/run_scenario.hpp"
#include "app/scenario/assemble.hpp"
#include "sim/billing/charge_back.hpp"
#include "sim/billing/charge_meter.hpp"
#include "sim/core/check.hpp"

namespace spillway {
namespace {

void add_rows(const PoolResult& pool, const ChargeShares& shares, ChargeAnswer& answer) {
    const PoolBill& bill = *pool.bill;
    const std::vector<ChargedLine> lines = charge_back(bill.purchase, bill.bill, shares);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const BillLine& line = bill.bill.lines[i];
        for (std::size_t owner = 0; owner < lines[i].by_owner.size(); ++owner) {
            const Money amount = lines[i].by_owner[owner];
            if (amount == Money{})
                continue;
            const bool is_class = owner < answer.classes.size();
            answer.rows.push_back({pool.setup.name, pool.setup.serves,
                                   is_class ? std::optional(answer.classes[owner]) : std::nullopt, line.kind,
                                   line.name, amount});
        }
    }
}

}  // namespace

ChargeAnswer charge_run(const Scenario& scenario) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    ChargeMeter meter(purchases_of(*assembly), scenario.classes.size());
    Onlookers onlookers;
    onlookers.requests.push_back(&meter);
    onlookers.usages.push_back(&meter);
    onlookers.steps.push_back(&meter);
    onlookers.controls.push_back(&meter);
    const RunResult result = run_assembled(scenario, *assembly, onlookers);

    ChargeAnswer answer;
    answer.scenario = result.scenario;
    answer.horizon = result.horizon;
    answer.total = result.cost;
    answer.classes = scenario.class_names();
    for (const ClassSummary& one : result.summary.classes) answer.completed.push_back(one.requests.completed);
    for (const PoolResult& pool : result.pools) {
        if (pool.bill) {
            add_rows(pool, meter.shares(pool.usage.pool), answer);
        } else {
            answer.unpriced.push_back(pool.setup.name);
        }
    }
    Money sum;
    for (const ChargeRow& row : answer.rows) sum += row.amount;
    SPILLWAY_CHECK(sum == answer.total, "the rows differ from the bill");
    return answer;
}

}  // namespace spillway
