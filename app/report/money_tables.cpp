#include "app/report/money_tables.hpp"

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// The columns of money: the measured window, and a month where there is one.
std::vector<std::string> header(const PoolResult& pool, std::vector<std::string> first) {
    first.push_back("in " + show(pool.usage.window));
    if (pool.bill->month)
        first.emplace_back("a month");
    return first;
}

std::string difference_name(const BillDifference& difference) {
    return difference.name == "sharing" ? "sharing (requests that overlapped on a worker)"
                                        : std::string(difference.name);
}

std::string with_sign(Money amount, int decimals) {
    return amount < Money{} ? "- " + show_money(-amount, decimals) : "+ " + show_money(amount, decimals);
}

}  // namespace

std::string bill_table(const PoolResult& pool) {
    const PoolBill& bill = *pool.bill;
    TextTable table(header(pool, {"where the money went: " + pool.setup.name, "usage"}));
    for (std::size_t i = 0; i < bill.bill.lines.size(); ++i) {
        const BillLine& line = bill.bill.lines[i];
        if (line.usage == 0 && line.amount == Money{})
            continue;
        std::string name(line_name(line.kind));
        if (!line.name.empty())
            name += " (" + line.name + ")";
        std::vector<std::string> row{
            name, fmt::format("{} {}", show_amount(readable_usage(line, {})), readable_unit(line)),
            show_money(line.amount, 4)};
        if (bill.month)
            row.push_back(show_money(bill.month->lines[i].amount, 2));
        table.add(std::move(row));
    }
    std::vector<std::string> total{"total", "", show_money(bill.bill.total, 4)};
    if (bill.month)
        total.push_back(show_money(bill.month->total, 2));
    table.add(std::move(total));
    return table.text();
}

std::string reconciliation_table(const PoolResult& pool) {
    const Reconciliation& window = pool.bill->reconciliation;
    const auto& month = pool.bill->month_reconciliation;
    TextTable table(header(pool, {"textbook against bill: " + pool.setup.name}));
    const auto add = [&](std::string name, std::string in_window, const std::string& in_month) {
        std::vector<std::string> row{std::move(name), std::move(in_window)};
        if (month)
            row.push_back(in_month);
        table.add(std::move(row));
    };
    const bool api = pool.bill->purchase.contract.tokens.has_value();
    add(api ? "tokens x price" : "calls x mean seconds x price", show_money(window.textbook, 4),
        month ? show_money(month->textbook, 2) : "");
    for (std::size_t i = 0; i < window.differences.size(); ++i) {
        const BillDifference& difference = window.differences[i];
        if (difference.amount == Money{})
            continue;
        add(difference_name(difference), with_sign(difference.amount, 4),
            month ? with_sign(month->differences[i].amount, 2) : "");
    }
    add("bill", show_money(window.bill, 4), month ? show_money(month->bill, 2) : "");
    return table.text();
}

}  // namespace spillway
