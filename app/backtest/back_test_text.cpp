#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/backtest/back_test.hpp"
#include "app/backtest/back_test_tables.hpp"
#include "app/report/format.hpp"

namespace spillway {
namespace {

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
    const std::string range = range_text(one);
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
        text += back_test_plain(bill_lines_table(result)) + back_test_plain(line_targets_table(result));
    if (!result.metrics.empty())
        text += back_test_plain(metric_residuals_table(result));
    for (const BackTestList& list : back_test_lists(result)) text += plain_list(list);
    return text;
}

std::string back_test_markdown(const BackTest& result) {
    std::string text = back_test_headline(result) + '\n' + replayed_text(result) + '\n';
    if (result.bill)
        text += back_test_markdown(bill_lines_table(result)) + back_test_markdown(line_targets_table(result));
    if (!result.metrics.empty())
        text += back_test_markdown(metric_residuals_table(result));
    for (const BackTestList& list : back_test_lists(result)) text += markdown_list(list);
    return text;
}

}  // namespace spillway
