#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/backtest/back_test.hpp"
#include "app/report/format.hpp"
#include "app/report/table.hpp"

namespace spillway {
namespace {

/// A table with its title, for terminals or as Markdown.
struct BackTestTable {
    std::string title;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::size_t> text_columns = {0};
};

std::string residual_plain_table(const BackTestTable& table) {
    TextTable text(table.header, table.text_columns);
    for (const std::vector<std::string>& row : table.rows) text.add(row);
    return fmt::format("\n{}\n{}", table.title, text.text());
}

std::string residual_markdown_row(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) {
        text += ' ';
        for (const char c : cell) text += c == '|' ? "\\|" : std::string(1, c);
        text += " |";
    }
    return text + '\n';
}

std::string residual_markdown_table(const BackTestTable& table) {
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

std::string residual_share(double share) {
    if (share == 0)
        return "0%";
    return (share < 0 ? "-" : "+") + show_share(std::abs(share));
}

/// Cents, or more digits where all of it is a few dollars.
int money_digits(const BillResidual& bill) {
    constexpr double kFewDollars = 100;
    return std::max(std::abs(to_usd(bill.predicted)), std::abs(to_usd(bill.billed))) < kFewDollars ? 4 : 2;
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
    const ShownUnit unit = shown_unit(*line.measure, std::max(line.predicted_usage, line.billed_usage));
    return fmt::format("{} {}", show_amount(static_cast<double>(usage) / unit.base_units), unit.name);
}

bool is_empty_line(const ResidualLine& line) {
    return line.match == LineMatch::kNotBilled && line.predicted_amount == Money{};
}

std::vector<std::string> line_row(const ResidualLine& line, int digits) {
    std::string name = line.name;
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
            table.rows.push_back({fmt::format("{} ({}, not compared)", one.text, invoice_sort_name(one.sort)),
                                  "", show_money(one.amount, digits), "", "", "", "", ""});
    }
    if (bill.aside != Money{})
        table.rows.push_back(
            {"the whole bill", "", show_money(bill.billed + bill.aside, digits), "", "", "", "", ""});
    return table;
}

BackTestTable mapping_table(const BackTest& result) {
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
        table.rows.push_back({bill.invoice[i].text, show_count(bill.invoice[i].rows),
                              show_money(bill.invoice[i].amount, money_digits(bill)),
                              with + (target.by_user ? " (--lines)" : "")});
    }
    return table;
}

std::string range_of(const MetricResidual& one) {
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
        return fmt::format("{:+.2f} pp", 100 * *residual);
    if (one.measured.value() == 0)
        return show_value(one.metric.unit, *residual);
    return residual_share(*residual / one.measured.value());
}

BackTestTable residual_metrics_table(const BackTest& result) {
    BackTestTable table{
        result.replications == 1
            ? std::string("measured, and predicted by one replication: there is no range")
            : fmt::format("measured and predicted; 95% of {} lie in the range; what varies: {}",
                          show_counted(result.replications, "replication"), show_vary(result.vary)),
        {"metric", "measured", "predicted", "range of a replication", "residual", "measured is"},
        {}};
    for (const MetricResidual& one : result.metrics) {
        table.rows.push_back({one.metric.name, show_reading(one.metric.unit, one.measured),
                              predicted_text(one), range_of(one), residual_text(one),
                              one.inside ? (*one.inside ? "inside" : "OUTSIDE") : "-"});
    }
    return table;
}

std::string money_range(const BillResidual& bill, int digits) {
    const Estimate& total = bill.total;
    if (!total.has_interval())
        return {};
    const auto money = [&](double usd) {
        return show_money(Money::from_nanos(std::llround(std::max(0.0, usd) * 1e9)), digits);
    };
    return fmt::format(" (95% of replications: {} to {}; the bill is {})",
                       money(total.mean - total.range_half), money(total.mean + total.range_half),
                       *bill.inside() ? "inside" : "outside");
}

std::string ranges_text(const BackTest& result) {
    std::size_t judged = 0;
    std::size_t inside = 0;
    for (const MetricResidual& one : result.metrics) {
        judged += one.inside ? 1 : 0;
        inside += one.inside.value_or(false) ? 1 : 0;
    }
    if (judged == 0)
        return {};
    return fmt::format("{} of {} measured figures lie inside their ranges", inside, judged);
}

std::string residual_metric_headline(const BackTest& result) {
    const auto found = std::find_if(result.metrics.begin(), result.metrics.end(),
                                    [](const MetricResidual& one) { return one.metric.name == "p95 total"; });
    const MetricResidual& one = found == result.metrics.end() ? result.metrics.front() : *found;
    const std::string range = range_of(one);
    return fmt::format("Predicted {} {} against {} measured: {}{}", one.metric.name, predicted_text(one),
                       show_reading(one.metric.unit, one.measured), residual_text(one),
                       range == "-" ? "" : fmt::format(" (95% of replications: {})", range));
}

/// The answer.
std::string back_test_headline(const BackTest& result) {
    const std::string inside = ranges_text(result);
    const std::string more = inside.empty() ? "" : "; " + inside;
    if (!result.bill)
        return residual_metric_headline(result) + more + '\n';
    const BillResidual& bill = *result.bill;
    const double billed = to_usd(bill.billed);
    const int digits = money_digits(bill);
    return fmt::format("Predicted {} against {} billed{}{}{}\n", show_money(bill.predicted, digits),
                       show_money(bill.billed, digits),
                       billed == 0 ? "" : ": " + residual_share(to_usd(bill.residual()) / billed),
                       money_range(bill, digits), more);
}

std::string tolerance_text(const ToleranceVerdict& one) {
    return fmt::format("{} {} of {}", one.name,
                       one.off ? fmt::format("is off by {}, {} the tolerance", show_share(*one.off),
                                             one.holds ? "within" : "beyond")
                               : "cannot be held against the tolerance",
                       show_share(one.most));
}

/// What stands below the tables, under headings.
struct BackTestList {
    std::string_view title;
    std::vector<std::string> lines;
};

std::vector<BackTestList> back_test_lists(const BackTest& result) {
    std::vector<std::string> tolerances;
    tolerances.reserve(result.verdicts.size());
    for (const ToleranceVerdict& one : result.verdicts) tolerances.push_back(tolerance_text(one));
    return {{"tolerances", tolerances},
            {"where the residuals may come from", result.hints},
            {"what this rests on", result.notes}};
}

std::string plain_list(const BackTestList& list) {
    std::string text = list.lines.empty() ? "" : fmt::format("\n{}\n", list.title);
    for (const std::string& line : list.lines) text += fmt::format("  {}\n", line);
    return text;
}

std::string markdown_list(const BackTestList& list) {
    std::string text = list.lines.empty() ? "" : fmt::format("\n**{}**\n\n", list.title);
    for (const std::string& line : list.lines) text += fmt::format("- {}\n", line);
    return text;
}

std::string replayed_text(const BackTest& result) {
    return fmt::format("{}: {} of {} ({}) in {}, replayed against the scenario's fleet", result.scenario,
                       show_counted(result.requests, "request"), result.log, result.log_format,
                       show(result.window.length));
}

}  // namespace

std::string back_test_text(const BackTest& result) {
    std::string text = back_test_headline(result) + replayed_text(result) + '\n';
    if (result.bill)
        text += residual_plain_table(bill_lines_table(result)) + residual_plain_table(mapping_table(result));
    if (!result.metrics.empty())
        text += residual_plain_table(residual_metrics_table(result));
    for (const BackTestList& list : back_test_lists(result)) text += plain_list(list);
    return text;
}

std::string back_test_markdown(const BackTest& result) {
    std::string text = back_test_headline(result) + '\n' + replayed_text(result) + '\n';
    if (result.bill)
        text += residual_markdown_table(bill_lines_table(result)) +
                residual_markdown_table(mapping_table(result));
    if (!result.metrics.empty())
        text += residual_markdown_table(residual_metrics_table(result));
    for (const BackTestList& list : back_test_lists(result)) text += markdown_list(list);
    return text;
}

}  // namespace spillway
