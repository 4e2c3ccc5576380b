#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/sensitivity/sensitivity.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json swing_figure_json(const Estimate& figure) {
    return {{"mean", figure.has_mean() ? Json(figure.mean) : Json(nullptr)},
            {"half_width", figure.has_interval() ? Json(figure.half_width) : Json(nullptr)},
            {"never", figure.never}};
}

Json swing_json(const SensitivityReport& report, const MetricSensitivity& metric, const FieldSwing& one) {
    const FieldRange& field = report.fields[one.field];
    const std::string& base = report.base_values[one.field];
    Json json{{"field", field.path()},
              {"low", field.low()},
              {"base", base.empty() ? Json(nullptr) : Json(base)},
              {"high", field.high()},
              {"at_low", swing_figure_json(one.low)},
              {"at_high", swing_figure_json(one.high)},
              {"swing", one.swing ? Json{{"mean", one.swing->mean}, {"half_width", one.swing->half_width}}
                                  : Json(nullptr)},
              {"reach", one.reach}};
    if (!metric.screening.empty()) {
        const MorrisEffect& effect = metric.screening[one.field];
        json["morris"] = {{"effects", effect.effects},
                          {"mu", effect.mu},
                          {"mu_star", effect.mu_star},
                          {"mu_star_half_width", effect.half_width},
                          {"sigma", effect.sigma}};
    }
    return json;
}

std::string cell(bool there, double value) { return there ? fmt::format(",{}", value) : ","; }

std::string csv_row(const SensitivityReport& report, const MetricSensitivity& metric, const FieldSwing& one) {
    const FieldRange& field = report.fields[one.field];
    std::string text =
        fmt::format("{},{},{},{},{}", metric.metric.key, csv_field(field.path()), csv_field(field.low()),
                    csv_field(report.base_values[one.field]), csv_field(field.high()));
    for (const Estimate* figure : {&one.low, &metric.base, &one.high})
        text += cell(figure->has_mean(), figure->mean);
    text += cell(one.swing.has_value(), one.swing.value_or(Change{}).mean);
    text += cell(one.swing.has_value(), one.swing.value_or(Change{}).half_width);
    const MorrisEffect effect = metric.screening.empty() ? MorrisEffect{} : metric.screening[one.field];
    for (const double value : {effect.mu, effect.mu_star, effect.half_width, effect.sigma})
        text += cell(effect.effects > 0, value);
    return text + '\n';
}

}  // namespace

std::string sensitivity_json(const SensitivityReport& report) {
    Json json{{"scenario", report.scenario},         {"replications", report.replications},
              {"varies", show_vary(report.vary)},    {"draws", report.draws},
              {"trajectories", report.trajectories}, {"levels", report.levels}};
    json["passed_over"] = Json::array();
    for (const FieldPassedOver& one : report.passed_over)
        json["passed_over"].push_back({{"field", one.path}, {"why", one.why}});
    json["metrics"] = Json::array();
    for (const MetricSensitivity& metric : report.metrics) {
        Json one{{"metric", metric.metric.name},
                 {"key", metric.metric.key},
                 {"base", swing_figure_json(metric.base)},
                 {"fields", Json::array()}};
        for (const FieldSwing& swing : metric.swings)
            one["fields"].push_back(swing_json(report, metric, swing));
        json["metrics"].push_back(one);
    }
    return json.dump(2) + "\n";
}

std::string sensitivity_csv(const SensitivityReport& report) {
    std::string text =
        "metric,field,low,base,high,mean_at_low,mean_at_base,mean_at_high,swing,swing_half_width,mu,mu_star,"
        "mu_star_half_width,sigma\n";
    for (const MetricSensitivity& metric : report.metrics) {
        for (const FieldSwing& one : metric.swings) text += csv_row(report, metric, one);
    }
    return text;
}

}  // namespace spillway
