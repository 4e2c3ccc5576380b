#include "app/study/scenario_runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/study/transient.hpp"
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
    const double most = metric.unit == MetricUnit::kShare ? 1.0 : figure.mean + figure.range_half;
    return fmt::format("{} to {}", show_value(metric.unit, std::max(0.0, figure.mean - figure.range_half)),
                       show_value(metric.unit, std::min(most, figure.mean + figure.range_half)));
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
                                   const Vary& vary, std::shared_ptr<Recordings> recordings)
    : scenario(file.scenario()) {
    runs.name = scenario.name;
    runs.inputs = inputs_of(scenario);
    make_repeatable(scenario, metrics, "metrics", std::move(recordings));
    runs.sources = describe_draws(scenario, vary);
    runs.metrics = metrics;
    runs.seed = scenario.draws.luck.seed;
    runs.vary = vary;
    runs.version = version();
    if (vary.traffic)
        drop_transient();
}

void RunnableScenario::drop_transient() {
    const std::optional<Transient> transient = find_transient(scenario);
    if (!transient || transient->length == Duration::zero())
        return;
    if (!transient->ends) {
        runs.sources.emplace_back(
            "NO STEADY STATE: MSER-5 would drop half of the window and more; a longer horizon, or more "
            "capacity");
        return;
    }
    const Duration before = scenario.warm_up;
    scenario.warm_up += transient->length;
    runs.sources.push_back(
        fmt::format("the window still felt its beginning: MSER-5 lengthened the warm-up from {} to {}",
                    show(before), show(scenario.warm_up)));
}

RunReplication RunnableScenario::runner() const {
    return [this](std::uint64_t replication) {
        return run_replication(scenario, runs.metrics, runs.vary, replication);
    };
}

ScenarioRuns run_replications(const ScenarioFile& file, const std::vector<Metric>& metrics,
                              const ReplicationRule& rule) {
    RunnableScenario one(file, metrics, rule.vary, std::make_shared<Recordings>());
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
    std::string notes = precision_note(runs) + label_notes(runs.runs);
    for (const std::string& source : runs.sources) notes += "  " + source + "\n";
    return fmt::format("{}: {}; what varies: {}\n{}{}", runs.name,
                       show_counted(runs.runs.runs.size(), "replication"), show_vary(runs.vary), table.text(),
                       notes);
}

}  // namespace spillway
