#pragma once

#include <string_view>
#include <vector>

#include "sim/billing/bill.hpp"

namespace spillway {

/// One reason why a bill differs from the textbook figure; negative: it is lower for it.
struct BillDifference {
    std::string_view name;
    Money amount;
};

/// textbook + every difference = bill, to the nano-dollar.
struct Reconciliation {
    Money textbook;  ///< completed calls x mean seconds on a worker x price; an API: the tokens themselves
    std::vector<BillDifference> differences;
    Money bill;
};

/// Explains `bill`, which price_usage() made from the same purchase and totals. Always the same differences
/// in the same order, zero where there is nothing.
Reconciliation reconcile(const Purchase& purchase, const UsageTotals& totals, const Bill& bill);

}  // namespace spillway
