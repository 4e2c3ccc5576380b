#include "app/run/on_demand.hpp"

#include <algorithm>

#include "app/run/run_result.hpp"
#include "models/catalog/gpus.hpp"
#include "sim/billing/planner_cost.hpp"

namespace spillway {
namespace {

using PriceFrom = OnDemandCost::PriceFrom;

/// A price of the catalog is what its platform says. One that the user wrote is on-demand when it is by the
/// hour or the month, as instances are sold; serverless platforms ask by the second or the minute.
bool is_on_demand(const Contract& contract, const PriceBook& book) {
    if (!contract.price)
        return false;
    const std::string& name = contract.provenance.catalog;
    const auto entries = book.entries();
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const PriceBook::Entry& entry) { return entry.name == name; });
    if (!name.empty() && found != entries.end() && found->offer)
        return *found->offer == Offer::kOnDemand;
    return contract.price->unit == PriceUnit::kHour || contract.price->unit == PriceUnit::kMonth;
}

/// Whether the price list's GPU is the one of that name, or a form of it: "H100" has "H100-SXM".
bool is_gpu(const std::string& listed, const std::string& name) {
    const GpuFacts* known = gpu_of_price_list(listed);
    return listed == name || (known != nullptr && known->name == name);
}

/// With the price and instance of `purchase`.
OnDemandCost priced(const PoolResult& pool, const TrafficProfile& traffic, Purchase purchase) {
    OnDemandCost cost;
    cost.purchase = std::move(purchase);
    const auto work = static_cast<double>(traffic.peak_per_minute) * pool.mean_slot_seconds;
    const int workers = cost.purchase.gpus_per_instance / cost.purchase.gpus_per_worker;
    cost.instances = instances_with_headroom(from_seconds(work), pool.setup.concurrency * workers);
    cost.month = cost.month_of(cost.instances);
    return cost;
}

std::optional<OnDemandCost> from_other_pool(const std::vector<PoolResult>& pools, const PoolResult& pool,
                                            const TrafficProfile& traffic, const PriceBook& book) {
    for (const PoolResult& other : pools) {
        if (!other.bill || other.setup.sort == PoolSort::kApi || other.setup.gpu != pool.setup.gpu)
            continue;
        Purchase purchase = other.bill->purchase;
        purchase.gpus_per_worker = pool.setup.gpus_per_worker;
        if (!is_on_demand(purchase.contract, book) || purchase.gpus_per_instance < purchase.gpus_per_worker)
            continue;
        OnDemandCost cost = priced(pool, traffic, std::move(purchase));
        cost.from = PriceFrom::kOtherPool;
        cost.pool = other.setup.name;
        return cost;
    }
    return std::nullopt;
}

std::optional<OnDemandCost> from_catalog(const PoolResult& pool, const TrafficProfile& traffic,
                                         const PriceBook& book) {
    std::optional<OnDemandCost> cheapest;
    for (const PriceBook::Entry& entry : book.entries()) {
        const Purchase& own = pool.bill->purchase;
        if (!pool.setup.gpu || !is_gpu(entry.gpu, *pool.setup.gpu) || entry.offer != Offer::kOnDemand)
            continue;
        Purchase purchase{entry.contract, own.gpus_per_worker,
                          entry.contract.gpus.value_or(own.gpus_per_instance)};
        if (!entry.contract.price || purchase.gpus_per_instance < purchase.gpus_per_worker)
            continue;
        purchase.contract.month = own.contract.month;
        OnDemandCost cost = priced(pool, traffic, std::move(purchase));
        cost.from = PriceFrom::kCatalog;
        // The month of one instance more breaks the tie of traffic that needs none.
        if (!cheapest || cost.month_of(cost.instances + 1) < cheapest->month_of(cheapest->instances + 1))
            cheapest = std::move(cost);
    }
    return cheapest;
}

}  // namespace

std::int64_t OnDemandCost::instances_for(std::int64_t workers) const {
    const std::int64_t each = purchase.gpus_per_instance / purchase.gpus_per_worker;
    return (workers + each - 1) / each;
}

Money OnDemandCost::month_of(std::int64_t count) const { return on_demand_month(purchase, count); }

OnDemandCost on_demand_cost(const std::vector<PoolResult>& pools, std::size_t which,
                            const TrafficProfile& traffic, const PriceBook& book) {
    const PoolResult& pool = pools[which];
    OnDemandCost own = priced(pool, traffic, pool.bill->purchase);
    own.pool = pool.setup.name;
    if (is_on_demand(own.purchase.contract, book)) {
        own.from = PriceFrom::kOwnPool;
        return own;
    }
    if (auto other = from_other_pool(pools, pool, traffic, book))
        return *other;
    if (auto catalog = from_catalog(pool, traffic, book))
        return *catalog;
    return own;
}

}  // namespace spillway
