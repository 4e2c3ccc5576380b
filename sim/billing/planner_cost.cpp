#include "sim/billing/planner_cost.hpp"

#include "sim/billing/bill.hpp"
#include "sim/core/check.hpp"

namespace spillway {

Money serverless_month(const Purchase& purchase, const UsageTotals& totals) {
    return charge_gpu_time(purchase, totals.slots - totals.failed_slots,
                           month_scale(purchase.contract, totals.window));
}

Money on_demand_month(const Purchase& purchase, std::int64_t instances) {
    return charge_gpu_time(purchase,
                           Int128{purchase.contract.month.count()} * purchase.gpus_per_instance * instances);
}

std::int64_t instances_with_headroom(Duration peak_minute_work, int slots_per_instance) {
    SPILLWAY_CHECK(slots_per_instance > 0, "an instance serves at least one request at once");
    constexpr Duration kMinute = std::chrono::minutes{1};
    // Headroom of 1.2, in integers: 6/5.
    const Int128 wanted = Int128{peak_minute_work.count()} * 6;
    const Int128 capacity = Int128{kMinute.count()} * slots_per_instance * 5;
    return static_cast<std::int64_t>((wanted + capacity - 1) / capacity);
}

}  // namespace spillway
