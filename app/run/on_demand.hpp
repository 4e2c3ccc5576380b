#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/billing/contract.hpp"
#include "sim/billing/money.hpp"
#include "sim/billing/price_book.hpp"

namespace spillway {

struct PoolResult;
struct TrafficProfile;

/// What the whole traffic would cost on instances of one's own, by the planner's rule of thumb: hourly price
/// x hours of a month x instances, with headroom for the peak minute.
struct OnDemandCost {
    /// Where the price comes from, in the order of preference.
    enum class PriceFrom : std::uint8_t {
        kOwnPool,    ///< the pool's own price is one for on-demand instances
        kOtherPool,  ///< another pool of the scenario buys the same GPU so
        kCatalog,    ///< the cheapest way in the price book to buy that GPU so
        kServerless  ///< none of these is known: the pool's own price, for want of a better one
    };
    PriceFrom from = PriceFrom::kServerless;
    std::string pool;            ///< whose price it is; empty for one of the catalog
    Purchase purchase;           ///< the price, and the workers of the pool that is asked about
    std::int64_t instances = 0;  ///< that serve the peak minute with 20% to spare
    Money month;                 ///< of these instances

    /// Instances that hold so many workers, and what they cost in a month.
    std::int64_t instances_for(std::int64_t workers) const;
    Money month_of(std::int64_t instances) const;
};

/// For workers like those of pools[which], each serving like it. Requires: that pool has a price by time.
OnDemandCost on_demand_cost(const std::vector<PoolResult>& pools, std::size_t which,
                            const TrafficProfile& traffic, const PriceBook& book);

}  // namespace spillway
