#include <algorithm>

#include <fmt/format.h>

#include "app/report/format.hpp"
#include "app/report/table.hpp"
#include "app/study/sweep_table.hpp"

namespace spillway {
namespace {

constexpr std::size_t kMostRows = 40;

std::string figure_text(const Metric& metric, const Estimate& figure, bool interval) {
    if (!figure.has_mean())
        return figure.never > 0 ? "never" : "-";
    std::string text = show_value(metric.unit, figure.mean);
    if (interval && figure.has_interval())
        text += " ± " + show_value(metric.unit, figure.half_width);
    return text;
}

std::string labels_of(const SweepTable& table, const SweepRow& row) {
    std::string text;
    for (std::size_t i = 0; i < table.layout.axes.size(); ++i)
        text +=
            fmt::format("{}{} {}", i > 0 ? ", " : "", table.layout.axes[i], table.layout.labels[row.id][i]);
    return text;
}

std::string state_of(const SweepRow& row) {
    if (row.unsettled > 0)
        return "not settled";
    if (row.saturated > 0)
        return "near saturation";
    return row.held_share == 1 ? "" : "misses its SLO";
}

std::string table_of(const SweepTable& table, const std::vector<std::size_t>& rows) {
    std::vector<std::string> header{"point"};
    std::vector<std::size_t> text_columns;
    for (const std::string& axis : table.layout.axes) {
        text_columns.push_back(header.size());
        header.push_back(axis);
    }
    for (const Metric& metric : table.layout.metrics) header.push_back(metric.name);
    text_columns.push_back(header.size());
    header.emplace_back("");
    TextTable text(header, text_columns);
    for (const std::size_t number : rows) {
        const SweepRow& row = table.rows[number];
        std::vector<std::string> cells{fmt::format("{}", row.id)};
        for (const std::string& label : table.layout.labels[row.id]) cells.push_back(label);
        for (std::size_t i = 0; i < row.figures.size(); ++i)
            cells.push_back(figure_text(table.layout.metrics[i], row.figures[i], table.has_intervals()));
        cells.push_back((row.on_front ? "front " : "") + state_of(row));
        text.add(std::move(cells));
    }
    return text.text();
}

/// The cheapest point that held its objectives in every run.
std::string answer(const SweepTable& table) {
    const auto& metrics = table.layout.metrics;
    const auto cost = std::find_if(metrics.begin(), metrics.end(),
                                   [](const Metric& one) { return one.unit == MetricUnit::kUsd; });
    if (cost == metrics.end())
        return {};
    const auto number = static_cast<std::size_t>(cost - metrics.begin());
    const SweepRow* best = nullptr;
    for (const SweepRow& row : table.rows) {
        if (row.figures.empty() || row.held_share < 1 || !row.figures[number].has_mean())
            continue;
        if (best == nullptr || row.figures[number].mean < best->figures[number].mean)
            best = &row;
    }
    if (best == nullptr)
        return "no point holds its objectives in every run\n";
    std::string text = fmt::format("lowest {} of the points that hold their objectives: point {} ({})",
                                   cost->name, best->id, labels_of(table, *best));
    for (std::size_t i = 0; i < metrics.size() && i < 5; ++i)
        text += fmt::format("{}{} {}", i == 0 ? ": " : ", ", metrics[i].name,
                            figure_text(metrics[i], best->figures[i], table.has_intervals()));
    return text + "\n";
}

std::string counts(const SweepTable& table) {
    std::uint64_t refused = 0;
    std::uint64_t unsettled = 0;
    std::uint64_t runs = 0;
    for (const SweepRow& row : table.rows) {
        refused += row.refused.empty() ? 0 : 1;
        unsettled += row.unsettled > 0 ? 1 : 0;
        runs += row.replications;
    }
    std::string text =
        fmt::format("{}: {} of {}, {}", table.layout.name, show_count(table.rows.size()),
                    show_counted(table.layout.labels.size(), "point"), show_counted(runs, "run"));
    if (refused > 0)
        text += fmt::format("; {} could not be run", show_count(refused));
    if (unsettled > 0)
        text += fmt::format("; {} did not settle and are on no front", show_count(unsettled));
    return text + "\n";
}

std::string refusals(const SweepTable& table) {
    std::string text;
    for (const SweepRow& row : table.rows) {
        if (!row.refused.empty() && text.empty())
            text = fmt::format("point {} could not be run: {}\n", row.id, row.refused);
    }
    return text;
}

}  // namespace

std::string sweep_text(const SweepTable& table) {
    std::string text = answer(table) + counts(table) + refusals(table);
    if (table.axes && !table.front.empty()) {
        text += fmt::format("\nFront of {} and {}:\n", table.layout.metrics[table.axes->first].name,
                            table.layout.metrics[table.axes->second].name) +
                table_of(table, table.front);
    }
    if (table.rows.size() > kMostRows)
        return text + fmt::format("\nAll {} points: --csv, --json, or the SQLite file.\n", table.rows.size());
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < table.rows.size(); ++i) all.push_back(i);
    return text + "\nAll points:\n" + table_of(table, all);
}

}  // namespace spillway
