#include "sim/billing/reconcile.hpp"

#include <array>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::array kGroups{
    std::string_view{"starting"},       std::string_view{"rounding and minimums"},
    std::string_view{"stranded"},       std::string_view{"failed work"},
    std::string_view{"contract steps"}, std::string_view{"CPU"},
    std::string_view{"memory"},         std::string_view{"storage"},
    std::string_view{"egress"},         std::string_view{"commitments"},
};
constexpr std::array kIdleLines{LineKind::kIdleFloor, LineKind::kIdleBuffer, LineKind::kIdleTimeout,
                                LineKind::kIdleHeadroom};

}  // namespace

Reconciliation reconcile(const Purchase& purchase, const UsageTotals& totals, const Bill& bill) {
    Reconciliation result;
    result.bill = bill.total;
    Money sharing;
    Money beyond_work;
    if (purchase.contract.tokens) {
        result.textbook = bill.group_sum("tokens");
    } else {
        result.textbook = charge_gpu_time(purchase, totals.slots - totals.failed_slots, bill.scale);
        // What draining workers still serve is work of the textbook's, not an extra.
        const Int128 completed = totals.drained - failed_part(totals, totals.drained);
        const Money drained = charge_gpu_time(purchase, completed, bill.scale);
        sharing = bill.sum(LineKind::kBusy) + drained - result.textbook;
        beyond_work = bill.group_sum("draining and stopping") - drained;
    }
    result.differences.push_back({"sharing", sharing});
    result.differences.push_back({kGroups[0], bill.group_sum(kGroups[0])});
    for (const LineKind kind : kIdleLines) result.differences.push_back({line_name(kind), bill.sum(kind)});
    result.differences.push_back({"draining and stopping", beyond_work});
    for (std::size_t i = 1; i < kGroups.size(); ++i) {
        result.differences.push_back({kGroups[i], bill.group_sum(kGroups[i])});
    }
    Money sum = result.textbook;
    for (const BillDifference& difference : result.differences) sum += difference.amount;
    SPILLWAY_CHECK(sum == bill.total, "the reconciliation leaves a rest");
    return result;
}

}  // namespace spillway
