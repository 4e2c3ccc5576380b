#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/sensitivity/default_fields.hpp"
#include "app/sensitivity/sensitivity.hpp"

namespace spillway {
namespace {

constexpr double kTornadoWidth = 24;

std::string swing_mean_text(const Metric& metric, const Estimate& figure) {
    if (figure.has_mean())
        return show_value(metric.unit, figure.mean);
    return figure.never > 0 ? fmt::format("never in {}", figure.never) : "-";
}

std::string signed_text(MetricUnit unit, double value) {
    const std::string_view sign = value == 0 ? "" : (value < 0 ? "-" : "+");
    return std::string(sign) + show_value(unit, std::abs(value));
}

std::string swing_text(const Metric& metric, const FieldSwing& one) {
    if (!one.swing)
        return "-";
    return fmt::format("{} ± {}", signed_text(metric.unit, one.swing->mean),
                       show_value(metric.unit, one.swing->half_width));
}

std::string bar(double reach, double widest) {
    if (!(widest > 0))
        return {};
    std::string text;
    const auto blocks = static_cast<int>(std::lround(kTornadoWidth * reach / widest));
    for (int i = 0; i < blocks; ++i) text += "█";
    return text;
}

std::string tornado(const SensitivityReport& report, const MetricSensitivity& one) {
    TextTable table(
        {"field", "low", "base", "high", one.metric.name + " at low", "at high", "high less low", ""},
        {0, 7});
    double widest = 0;
    for (const FieldSwing& swing : one.swings) widest = std::max(widest, swing.reach);
    for (const FieldSwing& swing : one.swings) {
        const FieldRange& field = report.fields[swing.field];
        const std::string& base = report.base_values[swing.field];
        table.add({field.path(), field.low(), base.empty() ? "-" : base, field.high(),
                   swing_mean_text(one.metric, swing.low), swing_mean_text(one.metric, swing.high),
                   swing_text(one.metric, swing), bar(swing.reach, widest)});
    }
    const std::string plus_minus =
        one.base.has_interval() ? " ± " + show_value(one.metric.unit, one.base.half_width) : "";
    return fmt::format("\n{}: {}{} as the scenario stands\n{}", one.metric.name,
                       swing_mean_text(one.metric, one.base), plus_minus, table.text());
}

std::string screening(const SensitivityReport& report, const MetricSensitivity& one) {
    std::vector<std::size_t> order(one.screening.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return one.screening[a].mu_star > one.screening[b].mu_star;
    });
    TextTable table({"field", "low", "high", "mu*", "±", "mu", "sigma", "effects"}, {0});
    for (const std::size_t i : order) {
        const MorrisEffect& effect = one.screening[i];
        const FieldRange& field = report.fields[i];
        const auto shown = [&](double value) {
            return effect.effects > 0 ? show_value(one.metric.unit, value) : std::string("-");
        };
        table.add({field.path(), field.low(), field.high(), shown(effect.mu_star),
                   effect.effects > 1 ? shown(effect.half_width) : "-",
                   effect.effects > 0 ? signed_text(one.metric.unit, effect.mu) : "-", shown(effect.sigma),
                   show_count(effect.effects)});
    }
    return fmt::format("\n{}: elementary effects over the whole range of each field, all others anywhere\n{}",
                       one.metric.name, table.text());
}

/// The first line answers: what moves each metric most.
std::string strongest(const SensitivityReport& report) {
    std::string text;
    for (const MetricSensitivity& one : report.metrics) {
        const FieldSwing& most = one.swings.front();
        text += fmt::format("{}{} depends most on {}", text.empty() ? "" : "; ", one.metric.name,
                            report.fields[most.field].path());
    }
    return text;
}

std::string notes(const SensitivityReport& report) {
    std::string text = fmt::format(
        "\neach field alone, the others as they stand; {} with the same draws at every place; what varies: "
        "{}\n",
        show_counted(report.replications, "replication"), show_vary(report.vary));
    if (report.by_default)
        text += fmt::format(
            "fields by default: each ± {} (whole numbers by one at least); prices move the cost in "
            "proportion and are left out\n",
            show_share(kDefaultReach));
    for (const FieldPassedOver& one : report.passed_over)
        text += fmt::format("passed over: {}: {}\n", one.path, one.why);
    if (report.trajectories > 0)
        text += fmt::format(
            "screening after Morris (1991), mu* after Campolongo et al. (2007): {} over {} levels, each with "
            "draws of its own; sigma is how much an effect depends on the other fields, on the place and on "
            "the draws\n",
            report.trajectories == 1 ? "1 trajectory" : fmt::format("{} trajectories", report.trajectories),
            report.levels);
    for (const std::string& line : report.draws) text += line + "\n";
    return text;
}

}  // namespace

std::string sensitivity_text(const SensitivityReport& report) {
    std::string text = fmt::format("{}: {}\n", report.scenario, strongest(report));
    for (const MetricSensitivity& one : report.metrics) {
        text += tornado(report, one);
        if (!one.screening.empty())
            text += screening(report, one);
    }
    return text + notes(report);
}

}  // namespace spillway
