#include "app/study/scenario_runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/version.hpp"

namespace spillway {
namespace {

std::string precision_note(const ScenarioRuns& runs) {
    if (runs.runs.precise)
        return {};
    return fmt::format("  the precision asked for was not reached in {}\n",
                       show_counted(runs.runs.runs.size(), "replication"));
}

std::string label_notes(const Replications& runs) {
    std::string text;
    const auto note = [&](std::string_view label, std::uint64_t count, const std::string& reason) {
        if (count > 0)
            text += fmt::format("  {} in {} of {}: {}\n", label, count,
                                show_counted(runs.runs.size(), "replication"), reason);
    };
    note("NOT SETTLED", runs.unsettled(), runs.unsettled_reason());
    note("near saturation", runs.saturated(), runs.saturated_reason());
    return text;
}

/// Below two values there is no interval.
std::string plus_minus(const Metric& metric, const Estimate& figure, double half) {
    return figure.has_interval() ? "± " + show_value(metric.unit, half) : "-";
}

std::string range_text(const Metric& metric, const Estimate& figure) {
    if (!figure.has_interval())
        return "-";
    return fmt::format("{} to {}", show_value(metric.unit, std::max(0.0, figure.mean - figure.range_half)),
                       show_value(metric.unit, figure.mean + figure.range_half));
}

}  // namespace

std::optional<std::size_t> ScenarioRuns::find(const std::string& metric) const {
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.name == metric; });
    if (found == metrics.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - metrics.begin());
}

RunnableScenario::RunnableScenario(const ScenarioFile& file, const std::vector<Metric>& metrics,
                                   const Vary& vary)
    : scenario(file.scenario()) {
    ask_for(metrics, "metrics", scenario);
    runs.name = scenario.name;
    runs.inputs = inputs_of(scenario);
    runs.metrics = metrics;
    runs.seed = scenario.draws.luck.seed;
    runs.vary = vary;
    runs.version = version();
}

RunReplication RunnableScenario::runner() const {
    return [this](std::uint64_t replication) {
        return run_replication(scenario, runs.metrics, runs.vary, replication);
    };
}

ScenarioRuns run_replications(const ScenarioFile& file, const std::vector<Metric>& metrics,
                              const ReplicationRule& rule) {
    RunnableScenario one(file, metrics, rule.vary);
    one.runs.runs = replicate(rule, 0, one.runner());
    return one.runs;
}

std::string runs_text(const ScenarioRuns& runs) {
    TextTable table({"metric", "mean", "of the mean", "95% of single windows"});
    for (std::size_t i = 0; i < runs.metrics.size(); ++i) {
        const Metric& metric = runs.metrics[i];
        const Estimate figure = estimate(runs.runs.of(i));
        std::string mean = figure.has_mean() ? show_value(metric.unit, figure.mean) : "-";
        if (figure.never > 0)
            mean = fmt::format("never in {}", figure.never);
        table.add(
            {metric.name, mean, plus_minus(metric, figure, figure.half_width), range_text(metric, figure)});
    }
    return fmt::format("{}: {}; what varies: {}\n{}{}{}", runs.name,
                       show_counted(runs.runs.runs.size(), "replication"), show_vary(runs.vary), table.text(),
                       precision_note(runs), label_notes(runs.runs));
}

}  // namespace spillway
