#include "app/study/sweep_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/study/pareto.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::optional<std::size_t> find_metric(const std::vector<Metric>& metrics, const std::string& name) {
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.name == name; });
    if (found == metrics.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - metrics.begin());
}

std::size_t front_metric(const std::string& name, const std::vector<Metric>& metrics,
                         const std::string& where) {
    const Metric wanted = parse_metric(name, where);
    if (wanted.direction == Direction::kNeither)
        throw InputError(where, fmt::format("\"{}\" has no better or worse", wanted.name));
    if (const auto number = find_metric(metrics, wanted.name))
        return *number;
    std::vector<std::string_view> names;
    names.reserve(metrics.size());
    for (const Metric& metric : metrics) names.push_back(metric.name);
    throw unknown_name(where, "metric of this study", wanted.name, names);
}

SweepRow row_of(const PointResult& result, std::size_t metrics) {
    SweepRow row;
    row.id = result.id;
    row.refused = result.refused;
    row.replications = result.runs.runs.size();
    row.precise = result.runs.precise;
    row.unsettled = result.runs.unsettled();
    row.saturated = result.runs.saturated();
    row.held_share = result.runs.held_share();
    for (std::size_t i = 0; i < metrics && row.refused.empty(); ++i)
        row.figures.push_back(estimate(result.runs.of(i)));
    return row;
}

void add_front(SweepTable& table) {
    std::vector<std::optional<std::pair<double, double>>> pairs;
    const auto [first, second] = *table.axes;
    for (const SweepRow& row : table.rows) {
        pairs.emplace_back();
        if (!row.refused.empty() || row.unsettled > 0)
            continue;
        if (row.figures[first].has_mean() && row.figures[second].has_mean())
            pairs.back() = {row.figures[first].mean, row.figures[second].mean};
    }
    const auto& metrics = table.layout.metrics;
    table.front = pareto_front(pairs, metrics[first].direction, metrics[second].direction);
    for (const std::size_t row : table.front) table.rows[row].on_front = true;
}

}  // namespace

bool SweepTable::has_intervals() const {
    return std::any_of(rows.begin(), rows.end(), [](const SweepRow& row) { return row.replications > 1; });
}

MetricPair parse_front(const std::string& text, const std::vector<Metric>& metrics,
                       const std::string& where) {
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos)
        throw InputError(where, fmt::format("\"{}\" is no pair of metrics", text),
                         "write \"cost,p99 total\"");
    const std::size_t second = text.find_first_not_of(' ', comma + 1);
    return {front_metric(text.substr(0, comma), metrics, where),
            front_metric(second == std::string::npos ? "" : text.substr(second), metrics, where)};
}

std::optional<MetricPair> default_front(const std::vector<Metric>& metrics) {
    const auto cost = find_metric(metrics, "cost");
    const auto late = find_metric(metrics, "p99 total");
    if (!cost || !late)
        return std::nullopt;
    return MetricPair{*cost, *late};
}

SweepTable read_table(const ResultStore& store, const std::optional<MetricPair>& front) {
    SweepTable table;
    table.layout = store.layout();
    table.axes = front;
    store.each([&](const PointResult& result) {
        table.rows.push_back(row_of(result, table.layout.metrics.size()));
    });
    if (front)
        add_front(table);
    return table;
}

}  // namespace spillway
