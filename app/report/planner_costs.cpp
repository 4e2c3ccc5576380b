#include "app/report/planner_costs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string month_cell(const std::optional<Money>& month) { return month ? show_usd(to_usd(*month)) : "-"; }

/// "gcp-compute/g2-standard-4 (source, date, confidence high)", or nothing for a price of the user's own.
std::string origin_words(const Provenance& from) {
    if (from.catalog.empty())
        return "as the scenario states it";
    return fmt::format("{} (source: {}, {}; confidence {})", from.catalog, from.source, from.date,
                       from.confidence);
}

/// The textbook figure of a pool, led to what the simulation billed.
void add_serverless(TextTable& table, const RunResult& result, const PoolBill& bill) {
    const double hours = result.window_hours();
    const auto hour_cell = [hours](Money window) { return show_usd(to_usd(window) / hours); };
    const bool api = !bill.purchase.contract.price;
    table.add({api ? "textbook: tokens x price" : "textbook: calls x mean seconds x price",
               hour_cell(bill.reconciliation.textbook), show_usd(to_usd(bill.textbook_month))});
    for (std::size_t i = 0; i < bill.reconciliation.differences.size(); ++i) {
        const BillDifference& difference = bill.reconciliation.differences[i];
        if (difference.amount == Money{})
            continue;
        std::optional<Money> month;
        if (bill.month_reconciliation)
            month = bill.month_reconciliation->differences[i].amount;
        table.add({fmt::format("  differs by {}", difference.name), hour_cell(difference.amount),
                   month_cell(month)});
    }
    table.add({"simulated", hour_cell(bill.bill.total),
               month_cell(bill.month ? std::optional(bill.month->total) : std::nullopt)});
}

double hourly(const PoolBill& bill, Money month) {
    return to_usd(month) / (to_seconds(bill.purchase.contract.month) / 3600);
}

/// The other textbook figure, led to the smallest fleet that a simulation found enough.
void add_on_demand(TextTable& table, const PoolBill& bill, const std::optional<FixedFleet>& fixed) {
    const OnDemandCost& cost = *bill.on_demand;
    const auto add = [&](const std::string& name, Money month) {
        table.add({name, show_usd(hourly(bill, month)), show_usd(to_usd(month))});
    };
    const auto count = [](std::int64_t instances) {
        return show_counted(static_cast<std::uint64_t>(instances), "instance");
    };
    const Contract& contract = cost.purchase.contract;
    const bool each_gpu = contract.per == PricePer::kGpu && cost.purchase.gpus_per_instance > 1;
    add(fmt::format("textbook on demand: {}{} x {:.0f} h x {}", count(cost.instances),
                    each_gpu ? fmt::format(" of {} GPUs", cost.purchase.gpus_per_instance) : "",
                    to_seconds(contract.month) / 3600, format_price(*contract.price)),
        cost.month);
    if (!fixed)
        return;
    const std::int64_t enough = cost.instances_for(fixed->workers);
    const Money month = cost.month_of(enough);
    if (enough != cost.instances) {
        add(fmt::format("  differs by {} {} than the peak minute + 20%",
                        count(std::abs(enough - cost.instances)), enough < cost.instances ? "fewer" : "more"),
            month - cost.month);
    }
    add(fmt::format("simulated on demand: {}, the fewest that meet the objectives",
                    show_counted(static_cast<std::uint64_t>(fixed->workers), "worker")),
        month);
}

std::string price_words(const PoolResult& pool) {
    const OnDemandCost& cost = *pool.bill->on_demand;
    const Contract& contract = cost.purchase.contract;
    const std::string price = fmt::format(
        "{}{}", format_price(*contract.price),
        contract.per == PricePer::kGpu ? " a GPU"
        : contract.gpus
            ? fmt::format(" for {}", show_counted(static_cast<std::uint64_t>(*contract.gpus), "GPU"))
            : "");
    switch (cost.from) {
        case OnDemandCost::PriceFrom::kOwnPool:
            return fmt::format("   on-demand price: {} of this pool, {}\n", price,
                               origin_words(contract.provenance));
        case OnDemandCost::PriceFrom::kOtherPool:
            return fmt::format("   on-demand price: {} of pool \"{}\", {}\n", price, cost.pool,
                               origin_words(contract.provenance));
        case OnDemandCost::PriceFrom::kCatalog:
            return fmt::format("   on-demand price: {}, the cheapest for {} in the price book: {}\n", price,
                               *pool.setup.gpu, origin_words(contract.provenance));
        case OnDemandCost::PriceFrom::kServerless:
            return fmt::format(
                "   no on-demand price is known{}: the serverless one of this pool is used, {}, {}\n",
                pool.setup.gpu ? " for " + *pool.setup.gpu : "", price, origin_words(contract.provenance));
    }
    return {};
}

/// The pool whose workers the on-demand fleet is made of: the fixed fleet's, or else the first with a price
/// by time.
const PoolResult* on_demand_pool(const RunResult& result, const std::optional<FixedFleet>& fixed) {
    const auto found = std::find_if(result.pools.begin(), result.pools.end(), [&](const PoolResult& pool) {
        return pool.bill && pool.bill->on_demand && (!fixed || pool.setup.name == fixed->pool);
    });
    return found == result.pools.end() ? nullptr : &*found;
}

}  // namespace

std::string planner_costs_text(const RunResult& result, const std::optional<FixedFleet>& fixed) {
    std::string text = "4. The textbook's two costs beside the simulated ones\n";
    for (const PoolResult& pool : result.pools) {
        if (!pool.bill)
            continue;
        TextTable table({pool.setup.name, "an hour", "a month"});
        add_serverless(table, result, *pool.bill);
        text += table.text();
    }
    if (!result.month)
        text +=
            "   the textbook's month is as if all of it were like this traffic; the simulation does not say "
            "so\n";
    if (const PoolResult* pool = on_demand_pool(result, fixed)) {
        TextTable table({"all traffic on workers of " + pool->setup.name, "an hour", "a month"});
        add_on_demand(table, *pool->bill, fixed);
        text += table.text() + price_words(*pool);
        if (!fixed && !result.summary.slos.empty())
            text += "   no fixed fleet of these workers was found that meets the objectives\n";
    } else {
        text += "   no pool has workers with a price: there is nothing to compare on demand\n";
    }
    return text;
}

}  // namespace spillway
