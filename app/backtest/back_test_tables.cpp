#include "app/backtest/back_test_tables.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

std::string residual_markdown_row(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) {
        text += ' ';
        for (const char c : cell) text += c == '|' ? "\\|" : std::string(1, c);
        text += " |";
    }
    return text + '\n';
}

/// Exports' words can be long.
std::string shortened(const std::string& text) {
    constexpr std::size_t kMostShown = 64;
    if (text.size() <= kMostShown)
        return text;
    std::size_t end = kMostShown - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole characters
    return text.substr(0, end) + "...";
}

std::string residual_money(Money money, int digits) {
    const std::string text = show_money(money, digits);
    const bool shown = text.find_first_of("123456789") != std::string::npos;
    return (shown && money > Money{} ? "+" : "") + text;
}
std::string residual_money(const std::optional<Money>& money, int digits) {
    return money ? residual_money(*money, digits) : "-";
}

std::string usage_text(const ResidualLine& line, Int128 usage) {
    if (!line.measure)
        return "-";
    const ReadableUnit unit = shown_unit(*line.measure, std::max(line.predicted_usage, line.billed_usage));
    return fmt::format("{} {}", show_amount(static_cast<double>(usage) / unit.base_units), unit.name);
}

bool is_empty_line(const ResidualLine& line) {
    return line.match == LineMatch::kNotBilled && line.predicted_amount == Money{};
}

std::vector<std::string> line_row(const ResidualLine& line, int digits) {
    std::string name = shortened(line.name);
    if (line.match == LineMatch::kNotPredicted)
        name += " (not predicted)";
    if (line.match == LineMatch::kNotBilled)
        name += " (not billed)";
    return {name,
            show_money(line.predicted_amount, digits),
            show_money(line.billed_amount, digits),
            residual_money(line.residual(), digits),
            residual_money(line.usage_effect, digits),
            residual_money(line.price_effect, digits),
            usage_text(line, line.predicted_usage),
            usage_text(line, line.billed_usage)};
}

/// "+0.88 pp"; what rounds to nothing has no sign.
std::string percentage_points(double share) {
    const std::string text = fmt::format("{:+.2f} pp", 100 * share);
    return text.find_first_of("123456789") == std::string::npos ? text.substr(1) : text;
}

}  // namespace

std::string back_test_plain(const BackTestTable& table) {
    TextTable text(table.header, table.text_columns);
    for (const std::vector<std::string>& row : table.rows) text.add(row);
    return fmt::format("\n{}\n{}", table.title, text.text());
}

std::string back_test_markdown(const BackTestTable& table) {
    std::string rule = "|";
    for (std::size_t i = 0; i < table.header.size(); ++i) {
        const auto& texts = table.text_columns;
        rule += std::find(texts.begin(), texts.end(), i) != texts.end() ? "---|" : "---:|";
    }
    std::string text =
        fmt::format("\n**{}**\n\n{}{}\n", table.title, residual_markdown_row(table.header), rule);
    for (const std::vector<std::string>& row : table.rows) text += residual_markdown_row(row);
    return text;
}

BackTestTable bill_lines_table(const BackTest& result) {
    const BillResidual& bill = *result.bill;
    const int digits = money_digits(bill);
    BackTestTable table{
        fmt::format("the bill, {} (read as {}); residual = predicted - billed = from usage + from price",
                    result.bill_name, result.bill_format),
        {"line", "predicted", "billed", "residual", "from usage", "from price", "usage predicted", "billed"},
        {}};
    for (const ResidualLine& line : bill.lines) {
        if (!is_empty_line(line))
            table.rows.push_back(line_row(line, digits));
    }
    table.rows.push_back({"total", show_money(bill.predicted, digits), show_money(bill.billed, digits),
                          residual_money(bill.residual(), digits), "", "", "", ""});
    for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
        const InvoiceLine& one = bill.invoice[i];
        if (!bill.targets[i].compared)
            table.rows.push_back(
                {fmt::format("{} ({}, not compared)", shortened(one.text), invoice_sort_name(one.sort)), "",
                 show_money(one.amount, digits), "", "", "", "", ""});
    }
    if (bill.aside != Money{})
        table.rows.push_back(
            {"the whole bill", "", show_money(bill.billed + bill.aside, digits), "", "", "", "", ""});
    return table;
}

BackTestTable line_targets_table(const BackTest& result) {
    const BillResidual& bill = *result.bill;
    BackTestTable table{
        "which line of the bill went where", {"on the bill", "rows", "amount", "compared with"}, {}, {0, 3}};
    for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
        const LineTarget& target = bill.targets[i];
        if (bill.invoice[i].amount == Money{} && !target.lines.empty())
            continue;
        std::string with;
        for (const std::size_t line : target.lines)
            with += (with.empty() ? "" : " + ") + bill.forecasts[line].mean.name;
        if (with.empty())
            with = target.compared ? "nothing" : "left aside";
        table.rows.push_back({shortened(bill.invoice[i].text), show_count(bill.invoice[i].rows),
                              show_money(bill.invoice[i].amount, money_digits(bill)),
                              with + (target.by_user ? " (--lines)" : "")});
    }
    return table;
}

BackTestTable metric_residuals_table(const BackTest& result) {
    BackTestTable table{
        result.replications == 1
            ? std::string("measured, and predicted by one replication: there is no range")
            : fmt::format("measured and predicted; 95% of {} lie in the range; what varies: {}",
                          show_counted(result.replications, "replication"), show_vary(result.vary)),
        {"metric", "measured", "predicted", "range of a replication", "residual", "measured is"},
        {}};
    for (const MetricResidual& one : result.metrics) {
        table.rows.push_back({one.metric.name, show_reading(one.metric.unit, one.measured),
                              predicted_text(one), range_text(one), residual_text(one),
                              one.inside ? (*one.inside ? "inside" : "OUTSIDE") : "-"});
    }
    return table;
}

std::string residual_share(double share) {
    if (share == 0)
        return "0%";
    return (share < 0 ? "-" : "+") + show_share(std::abs(share));
}

int money_digits(const BillResidual& bill) {
    constexpr double kFewDollars = 100;
    return std::max(std::abs(to_usd(bill.predicted)), std::abs(to_usd(bill.billed))) < kFewDollars ? 4 : 2;
}

std::string range_text(const MetricResidual& one) {
    const Estimate& figure = one.predicted;
    if (!figure.has_interval())
        return "-";
    const double high = figure.mean + figure.range_half;
    return fmt::format(
        "{} to {}", show_value(one.metric.unit, std::max(0.0, figure.mean - figure.range_half)),
        show_value(one.metric.unit, one.metric.unit == MetricUnit::kShare ? std::min(1.0, high) : high));
}

std::string predicted_text(const MetricResidual& one) {
    if (one.predicted.has_mean())
        return show_value(one.metric.unit, one.predicted.mean);
    return one.predicted.never > 0 ? fmt::format("never in {}", one.predicted.never) : "-";
}

std::string residual_text(const MetricResidual& one) {
    const std::optional<double> residual = one.residual();
    if (!residual)
        return "-";
    if (one.metric.unit == MetricUnit::kShare)
        return percentage_points(*residual);
    if (one.measured.value() == 0)
        return show_value(one.metric.unit, *residual);
    return residual_share(*residual / one.measured.value());
}

}  // namespace spillway
