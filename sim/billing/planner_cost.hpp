#pragma once

#include <cstdint>

#include "sim/billing/contract.hpp"
#include "sim/billing/money.hpp"
#include "sim/billing/usage_totals.hpp"
#include "sim/core/time.hpp"

namespace spillway {

// The two monthly costs that a planner works out by hand, before any simulation.

/// calls x seconds x price: the slot time of completed calls, scaled to a month, as if nothing else cost
/// anything. Requires: the contract has a price.
Money serverless_month(const Purchase& purchase, const UsageTotals& totals);

/// Hourly price x hours of a month x instances.
Money on_demand_month(const Purchase& purchase, std::int64_t instances);

/// ceil(concurrency of the peak minute / requests that an instance serves at once x 1.2). `peak_minute_work`
/// is the slot time asked for in that minute. Requires: slots_per_instance is positive.
std::int64_t instances_with_headroom(Duration peak_minute_work, int slots_per_instance);

}  // namespace spillway
