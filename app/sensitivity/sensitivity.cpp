#include "app/sensitivity/sensitivity.hpp"

#include <algorithm>
#include <utility>

#include "app/run/parallel_for.hpp"
#include "app/sensitivity/default_fields.hpp"
#include "app/sensitivity/screening.hpp"
#include "app/study/node_path.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

/// Readings by variant, then by replication, then by metric.
using VariantReadings = std::vector<std::vector<std::vector<Reading>>>;

constexpr std::size_t kBase = 0;
constexpr std::size_t low_of(std::size_t field) noexcept { return 1 + 2 * field; }
constexpr std::size_t high_of(std::size_t field) noexcept { return 2 + 2 * field; }

std::vector<FieldChange> moved(const FieldRange& field, double unit) { return {field.at(unit)}; }

/// Those of the default list that can be run at both ends.
void choose_fields(const VariantRunner& runner, std::vector<FieldRange> fields, SensitivityReport& report) {
    std::vector<std::string> refused(fields.size());
    parallel_for(fields.size(), [&](std::size_t i) {
        refused[i] = runner.refusal(moved(fields[i], 0));
        if (refused[i].empty())
            refused[i] = runner.refusal(moved(fields[i], 1));
    });
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (refused[i].empty())
            report.fields.push_back(std::move(fields[i]));
        else
            report.passed_over.push_back({fields[i].path(), refused[i]});
    }
}

VariantReadings run_each_alone(const VariantRunner& runner, const SensitivityReport& report) {
    std::vector<Scenario> variants{runner.base()};
    for (const FieldRange& field : report.fields) {
        variants.push_back(runner.variant(moved(field, 0)));
        variants.push_back(runner.variant(moved(field, 1)));
    }
    VariantReadings readings(variants.size());
    for (auto& one : readings) one.resize(report.replications);
    parallel_for(variants.size() * report.replications, [&](std::size_t i) {
        const std::size_t variant = i / report.replications;
        const std::uint64_t replication = i % report.replications;
        readings[variant][replication] = runner.run(variants[variant], replication);
    });
    return readings;
}

std::vector<Reading> of_metric(const std::vector<std::vector<Reading>>& runs, std::size_t metric) {
    std::vector<Reading> readings;
    readings.reserve(runs.size());
    for (const std::vector<Reading>& run : runs) readings.push_back(run[metric]);
    return readings;
}

/// How far apart the means are; 0 where one lacks its own.
double reach_of(const Estimate& low, const Estimate& base, const Estimate& high) {
    if (!low.has_mean() || !base.has_mean() || !high.has_mean())
        return 0;
    const auto [least, most] = std::minmax({low.mean, base.mean, high.mean});
    return most - least;
}

FieldSwing swing_of(const VariantReadings& readings, std::size_t field, std::size_t metric) {
    const std::vector<Reading> low = of_metric(readings[low_of(field)], metric);
    const std::vector<Reading> high = of_metric(readings[high_of(field)], metric);
    FieldSwing one;
    one.field = field;
    one.low = estimate(low);
    one.high = estimate(high);
    one.reach = reach_of(one.low, estimate(of_metric(readings[kBase], metric)), one.high);
    const Estimate apart = estimate(differences(low, high));
    if (apart.has_interval() && apart.nothing == 0)
        one.swing = Change{apart.mean, apart.half_width};
    return one;
}

/// A metric that is never reached at one end moved by more than any number says.
bool is_wider(const FieldSwing& a, const FieldSwing& b) {
    const auto never = [](const FieldSwing& one) { return one.low.never != one.high.never; };
    if (never(a) != never(b))
        return never(a);
    return a.reach > b.reach;
}

void add_swings(const VariantRunner& runner, SensitivityReport& report) {
    const VariantReadings readings = run_each_alone(runner, report);
    for (std::size_t i = 0; i < runner.metrics().size(); ++i) {
        MetricSensitivity& one = report.metrics.emplace_back();
        one.metric = runner.metrics()[i];
        one.base = estimate(of_metric(readings[kBase], i));
        for (std::size_t field = 0; field < report.fields.size(); ++field)
            one.swings.push_back(swing_of(readings, field, i));
        std::stable_sort(one.swings.begin(), one.swings.end(), is_wider);
    }
}

std::string base_value(const ScenarioFile& file, const FieldRange& field) {
    const ConfigNode* node = find_at(file.node(), field.path(), field.where());
    return node == nullptr ? std::string{} : value_label(*node);
}

}  // namespace

SensitivityReport measure_sensitivity(const ScenarioFile& file, const SensitivityQuestion& question) {
    SPILLWAY_CHECK(question.replications > 1, "an interval takes two replications");
    const VariantRunner runner(file, question.metrics, question.vary);
    SensitivityReport report;
    report.scenario = runner.base().name;
    report.by_default = question.fields.empty();
    if (report.by_default)
        choose_fields(runner, default_fields(file), report);
    else
        report.fields = question.fields;
    if (report.fields.empty())
        throw InputError(runner.base().where, "has no field that is moved by default",
                         "--field PATH=LOW..HIGH names some");
    for (const FieldRange& field : report.fields) report.base_values.push_back(base_value(file, field));
    report.vary = question.vary;
    report.draws = describe_draws(runner.base(), question.vary);
    report.replications = question.replications;
    report.trajectories = question.trajectories;
    report.levels = question.levels;
    add_swings(runner, report);
    if (question.trajectories > 0)
        add_screening(runner, report);
    return report;
}

}  // namespace spillway
