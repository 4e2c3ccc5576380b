#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/study/sweep_table.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

/// A mean over replications as files have it: a number, "never" or nothing.
std::string mean_text(const Estimate& figure) {
    if (figure.has_mean())
        return fmt::format("{}", figure.mean);
    return figure.never > 0 ? "never" : "";
}

Json mean_json(const Estimate& figure) {
    if (figure.has_mean())
        return figure.mean;
    return figure.never > 0 ? Json("never") : Json(nullptr);
}

std::string header(const SweepTable& table) {
    std::string text = "point";
    for (const std::string& axis : table.layout.axes) text += "," + csv_field(axis);
    text += ",status,replications,unsettled,saturated,slo_held_share";
    for (const Metric& metric : table.layout.metrics) text += "," + csv_field(metric.key);
    if (table.has_intervals()) {
        for (const Metric& metric : table.layout.metrics) text += "," + csv_field(metric.key + "_half_width");
    }
    return text + (table.axes ? ",on_front" : "") + ",refused\n";
}

std::string cells(const SweepTable& table, const SweepRow& row) {
    std::string text;
    const std::size_t metrics = table.layout.metrics.size();
    for (std::size_t i = 0; i < metrics; ++i)
        text += "," + (row.figures.empty() ? "" : mean_text(row.figures[i]));
    for (std::size_t i = 0; i < metrics && table.has_intervals(); ++i) {
        const bool known = !row.figures.empty() && row.figures[i].has_interval();
        text += "," + (known ? fmt::format("{}", row.figures[i].half_width) : std::string{});
    }
    return text;
}

Json row_json(const SweepTable& table, const SweepRow& row) {
    Json axes = Json::object();
    for (std::size_t i = 0; i < table.layout.axes.size(); ++i)
        axes[table.layout.axes[i]] = table.layout.labels[row.id][i];
    Json json{{"point", row.id}, {"axes", axes}};
    if (!row.refused.empty()) {
        json["refused"] = row.refused;
        return json;
    }
    json["replications"] = row.replications;
    json["precise"] = row.precise;
    json["unsettled"] = row.unsettled;
    json["saturated"] = row.saturated;
    json["slo_held_share"] = row.held_share;
    for (std::size_t i = 0; i < row.figures.size(); ++i) {
        const std::string& key = table.layout.metrics[i].key;
        json[key] = mean_json(row.figures[i]);
        if (row.figures[i].has_interval())
            json[key + "_half_width"] = row.figures[i].half_width;
    }
    if (table.axes)
        json["on_front"] = row.on_front;
    return json;
}

}  // namespace

std::string sweep_csv(const SweepTable& table) {
    std::string text = header(table);
    for (const SweepRow& row : table.rows) {
        text += fmt::format("{}", row.id);
        for (const std::string& label : table.layout.labels[row.id]) text += "," + csv_field(label);
        text += fmt::format(",{},{},{},{},{}", row.refused.empty() ? "done" : "refused", row.replications,
                            row.unsettled, row.saturated, row.held_share);
        text += cells(table, row);
        if (table.axes)
            text += row.on_front ? ",yes" : ",no";
        text += "," + csv_field(row.refused) + "\n";
    }
    return text;
}

std::string sweep_json(const SweepTable& table) {
    Json json{{"study", table.layout.name}, {"points", table.layout.labels.size()}};
    if (table.axes) {
        const auto& metrics = table.layout.metrics;
        Json points = Json::array();
        for (const std::size_t row : table.front) points.push_back(table.rows[row].id);
        json["front"] = {{"metrics", {metrics[table.axes->first].name, metrics[table.axes->second].name}},
                         {"points", points}};
    }
    json["results"] = Json::array();
    for (const SweepRow& row : table.rows) json["results"].push_back(row_json(table, row));
    return json.dump(2) + "\n";
}

}  // namespace spillway
