#include "app/report/money_tables.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {

std::string bill_table(const PoolResult& pool) {
    const PoolBill& bill = *pool.bill;
    std::vector<std::string> header{"where the money went: " + pool.setup.name, "usage", "window"};
    if (bill.month)
        header.emplace_back("month");
    TextTable table(std::move(header));
    for (std::size_t i = 0; i < bill.bill.lines.size(); ++i) {
        const BillLine& line = bill.bill.lines[i];
        if (line.usage == 0 && line.amount == Money{})
            continue;
        std::string name(line_name(line.kind));
        if (!line.name.empty())
            name += " (" + line.name + ")";
        std::vector<std::string> row{name,
                                     fmt::format("{:.6g} {}", readable_usage(line, {}), readable_unit(line)),
                                     format_money(line.amount, 4)};
        if (bill.month)
            row.push_back(format_money(bill.month->lines[i].amount, 2));
        table.add(std::move(row));
    }
    std::vector<std::string> total{"total", "", format_money(bill.bill.total, 4)};
    if (bill.month)
        total.push_back(format_money(bill.month->total, 2));
    table.add(std::move(total));
    return table.text();
}

std::string reconciliation_table(const PoolBill& bill) {
    TextTable table({"textbook against bill", "window"});
    const Reconciliation& reconciliation = bill.reconciliation;
    const bool api = bill.purchase.contract.tokens.has_value();
    table.add(
        {api ? "tokens x price" : "calls x mean seconds x price", format_money(reconciliation.textbook, 4)});
    for (const BillDifference& difference : reconciliation.differences) {
        if (difference.amount == Money{})
            continue;
        const std::string sign = difference.amount > Money{} ? "+ " : "- ";
        const Money size = difference.amount > Money{} ? difference.amount : -difference.amount;
        table.add({std::string(difference.name), sign + format_money(size, 4)});
    }
    table.add({"bill", format_money(reconciliation.bill, 4)});
    return table.text();
}

}  // namespace spillway
