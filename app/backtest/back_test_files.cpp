#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/backtest/back_test.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json residual_usd_json(Money money) { return Json::parse(exact_usd(money)); }
Json residual_usd_json(const std::optional<Money>& money) {
    return money ? residual_usd_json(*money) : Json(nullptr);
}

Json residual_range_json(const Estimate& figure) {
    if (!figure.has_interval())
        return nullptr;
    return Json::array({figure.mean - figure.range_half, figure.mean + figure.range_half});
}

Json inside_json(const std::optional<bool>& inside) { return inside ? Json(*inside) : Json(nullptr); }

Json residual_reading_json(const Reading& reading) {
    if (reading.has_value())
        return reading.value();
    return reading.state() == Reading::State::kNever ? Json("never") : Json(nullptr);
}

double shown_usage(const ResidualLine& line, Int128 usage) {
    return static_cast<double>(usage) / readable_unit_of(*line.measure).base_units;
}

Json residual_line_json(const ResidualLine& line, const BillResidual& bill) {
    Json json{{"line", line.name},
              {"match", line_match_name(line.match)},
              {"predicted_usd", residual_usd_json(line.predicted_amount)},
              {"predicted_range_usd", residual_range_json(line.forecast)},
              {"billed_usd", residual_usd_json(line.billed_amount)},
              {"residual_usd", residual_usd_json(line.residual())},
              {"inside", inside_json(line.inside())},
              {"usage_effect_usd", residual_usd_json(line.usage_effect)},
              {"price_effect_usd", residual_usd_json(line.price_effect)}};
    json["unit"] = line.measure ? Json(readable_unit_of(*line.measure).name) : Json(nullptr);
    json["predicted_usage"] = line.measure ? Json(shown_usage(line, line.predicted_usage)) : Json(nullptr);
    json["billed_usage"] = line.measure ? Json(shown_usage(line, line.billed_usage)) : Json(nullptr);
    json["invoice"] = Json::array();
    for (const std::size_t i : line.invoiced) json["invoice"].push_back(bill.invoice[i].text);
    return json;
}

Json bill_residual_json(const BackTest& result) {
    const BillResidual& bill = *result.bill;
    Json json{{"file", result.bill_name},
              {"format", result.bill_format},
              {"period_s", to_seconds(result.window.period)},
              {"predicted_usd", residual_usd_json(bill.predicted)},
              {"predicted_range_usd", residual_range_json(bill.total)},
              {"billed_usd", residual_usd_json(bill.billed)},
              {"residual_usd", residual_usd_json(bill.residual())},
              {"inside", inside_json(bill.inside())},
              {"left_aside_usd", residual_usd_json(bill.aside)}};
    json["lines"] = Json::array();
    for (const ResidualLine& line : bill.lines) json["lines"].push_back(residual_line_json(line, bill));
    json["left_aside"] = Json::array();
    for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
        if (!bill.targets[i].compared)
            json["left_aside"].push_back({{"line", bill.invoice[i].text},
                                          {"sort", invoice_sort_name(bill.invoice[i].sort)},
                                          {"billed_usd", residual_usd_json(bill.invoice[i].amount)}});
    }
    return json;
}

Json metric_residual_json(const MetricResidual& one) {
    const std::optional<double> residual = one.residual();
    return {{"metric", one.metric.name},
            {"key", one.metric.key},
            {"measured", residual_reading_json(one.measured)},
            {"predicted", one.predicted.has_mean() ? Json(one.predicted.mean) : Json(nullptr)},
            {"never", one.predicted.never},
            {"range", residual_range_json(one.predicted)},
            {"residual", residual ? Json(*residual) : Json(nullptr)},
            {"inside", inside_json(one.inside)}};
}

std::string residual_number_cell(const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : "";
}
std::string residual_money_cell(const std::optional<Money>& money) { return money ? exact_usd(*money) : ""; }
std::string residual_range_cells(const Estimate& figure) {
    if (!figure.has_interval())
        return ",";
    return fmt::format("{},{}", figure.mean - figure.range_half, figure.mean + figure.range_half);
}

std::string inside_cell(const std::optional<bool>& inside) {
    return inside ? (*inside ? "true" : "false") : "";
}

std::string line_csv(const ResidualLine& line) {
    std::string text =
        fmt::format("line,{},{},{},{},{},{},{},{}", csv_field(line.name), line_match_name(line.match),
                    exact_usd(line.predicted_amount), residual_range_cells(line.forecast),
                    exact_usd(line.billed_amount), exact_usd(line.residual()),
                    residual_money_cell(line.usage_effect), residual_money_cell(line.price_effect));
    const std::string inside = inside_cell(line.inside());
    if (!line.measure)
        return text + fmt::format(",,,,{}\n", inside);
    return text + fmt::format(",{},{},{},{}\n", shown_usage(line, line.predicted_usage),
                              shown_usage(line, line.billed_usage), readable_unit_of(*line.measure).name,
                              inside);
}

std::string metric_csv(const MetricResidual& one) {
    return fmt::format("metric,{},,{},{},{},{},,,,,,{}\n", csv_field(one.metric.name),
                       one.predicted.has_mean() ? fmt::format("{}", one.predicted.mean) : "",
                       residual_range_cells(one.predicted), reading_text(one.measured),
                       residual_number_cell(one.residual()), inside_cell(one.inside));
}

}  // namespace

std::string back_test_json(const BackTest& result) {
    Json json{{"scenario", result.scenario},
              {"log", result.log},
              {"log_format", result.log_format},
              {"requests", result.requests},
              {"window_s", to_seconds(result.window.length)},
              {"lead_s", to_seconds(result.window.lead)},
              {"settle_s", to_seconds(result.window.settle)},
              {"replications", result.replications},
              {"varies", show_vary(result.vary)}};
    json["bill"] = result.bill ? bill_residual_json(result) : Json(nullptr);
    json["metrics"] = Json::array();
    for (const MetricResidual& one : result.metrics) json["metrics"].push_back(metric_residual_json(one));
    json["tolerances"] = Json::array();
    for (const ToleranceVerdict& one : result.verdicts)
        json["tolerances"].push_back({{"name", one.name},
                                      {"most", one.most},
                                      {"off", one.off ? Json(*one.off) : Json(nullptr)},
                                      {"holds", one.holds}});
    json["hints"] = result.hints;
    json["notes"] = result.notes;
    return json.dump(2) + "\n";
}

std::string back_test_csv(const BackTest& result) {
    std::string text =
        "row,name,match,predicted,predicted_low,predicted_high,actual,residual,usage_effect,price_effect,"
        "predicted_usage,billed_usage,unit,inside\n";
    if (result.bill) {
        const BillResidual& bill = *result.bill;
        for (const ResidualLine& line : bill.lines) text += line_csv(line);
        text += fmt::format("total,,,{},{},{},{},,,,,,{}\n", exact_usd(bill.predicted),
                            residual_range_cells(bill.total), exact_usd(bill.billed),
                            exact_usd(bill.residual()), inside_cell(bill.inside()));
        for (std::size_t i = 0; i < bill.invoice.size(); ++i) {
            if (!bill.targets[i].compared)
                text += fmt::format("{},{},,,,,{},,,,,,,\n", invoice_sort_name(bill.invoice[i].sort),
                                    csv_field(bill.invoice[i].text), exact_usd(bill.invoice[i].amount));
        }
    }
    for (const MetricResidual& one : result.metrics) text += metric_csv(one);
    return text;
}

}  // namespace spillway
