#include "app/sensitivity/screening.hpp"

#include "app/run/parallel_for.hpp"

namespace spillway {
namespace {

std::vector<FieldChange> changes_at(const std::vector<FieldRange>& fields, const std::vector<double>& point) {
    std::vector<FieldChange> changes;
    changes.reserve(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) changes.push_back(fields[i].at(point[i]));
    return changes;
}

/// Whole numbers lie elsewhere than the grid has them.
void settle_places(const std::vector<FieldRange>& fields, std::vector<Trajectory>& trajectories) {
    for (Trajectory& one : trajectories) {
        for (std::vector<double>& point : one.points) {
            for (std::size_t i = 0; i < fields.size(); ++i) point[i] = fields[i].place(point[i]);
        }
    }
}

using MetricValues = std::vector<std::vector<std::optional<double>>>;

/// The readings of all trajectories, by metric.
std::vector<MetricValues> run_trajectories(const VariantRunner& runner, const std::vector<FieldRange>& fields,
                                           const std::vector<Trajectory>& trajectories) {
    const std::size_t points = fields.size() + 1;
    std::vector<MetricValues> values(runner.metrics().size());
    for (MetricValues& one : values)
        one.assign(trajectories.size(), std::vector<std::optional<double>>(points));
    parallel_for(trajectories.size() * points, [&](std::size_t i) {
        const std::size_t trajectory = i / points;
        const std::size_t point = i % points;
        const Scenario variant = runner.variant(changes_at(fields, trajectories[trajectory].points[point]));
        const std::vector<Reading> readings = runner.run(variant, trajectory);
        for (std::size_t metric = 0; metric < readings.size(); ++metric) {
            if (readings[metric].has_value())
                values[metric][trajectory][point] = readings[metric].value();
        }
    });
    return values;
}

}  // namespace

void add_screening(const VariantRunner& runner, SensitivityReport& report) {
    std::vector<Trajectory> trajectories = morris_trajectories(
        {report.fields.size(), report.levels, report.trajectories, runner.base().draws.luck.seed});
    const std::vector<MetricValues> values = run_trajectories(runner, report.fields, trajectories);
    settle_places(report.fields, trajectories);
    for (std::size_t i = 0; i < report.metrics.size(); ++i)
        report.metrics[i].screening = morris_effects(report.fields.size(), trajectories, values[i]);
}

}  // namespace spillway
