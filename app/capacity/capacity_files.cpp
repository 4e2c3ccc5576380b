#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/capacity/capacity.hpp"
#include "sim/metrics/csv_text.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json interval_json(const Estimate& figure) {
    return {{"mean", figure.has_mean() ? Json(figure.mean) : Json(nullptr)},
            {"half_width", figure.has_interval() ? Json(figure.half_width) : Json(nullptr)},
            {"never", figure.never}};
}

std::string_view level_key(CapacityAxis kind) {
    return kind == CapacityAxis::kClients ? "clients" : "offered_per_second";
}

Json point_json(const CapacityReport& report, const LoadedWorker& point) {
    Json json{{std::string(level_key(point.kind)), point.level}};
    for (std::size_t i = 0; i < kCapacityFigures.size(); ++i)
        json[std::string(kCapacityFigures.at(i).key)] = interval_json(point.figures.at(i));
    json["cost_per_million_output_tokens_usd"] = or_null(cost_per_million(point, CapacityFigure::kTokenRate));
    const auto requests = cost_per_million(point, CapacityFigure::kRequestRate);
    json["cost_per_1000_requests_usd"] = requests ? Json(*requests / 1000) : Json(nullptr);
    json["objectives"] = Json::array();
    for (std::size_t i = 0; i < report.objectives.size(); ++i) {
        Json one = interval_json(point.objectives[i]);
        one["slo"] = report.objectives[i].text;
        json["objectives"].push_back(one);
    }
    json["verdict"] = report.objectives.empty() ? Json(nullptr) : Json(slo_verdict_name(point.verdict));
    return json;
}

Json points_json(const CapacityReport& report, const std::vector<LoadedWorker>& points) {
    Json list = Json::array();
    for (const LoadedWorker& point : points) list.push_back(point_json(report, point));
    return list;
}

Json knee_json(const CapacityReport& report, const WorkerCapacity& worker) {
    if (!worker.knee)
        return nullptr;
    return {{"holds_per_second", worker.knee->holds},
            {"broken_per_second", worker.knee->bounded ? Json(worker.knee->broken) : Json(nullptr)},
            {"at", worker.at_knee ? point_json(report, *worker.at_knee) : Json(nullptr)}};
}

std::string csv_row(const CapacityReport& report, const WorkerCapacity& worker, std::string_view load,
                    const LoadedWorker& point) {
    std::string text = fmt::format("{},{},{},{},{}", csv_field(report.pool), csv_field(worker.gpu),
                                   csv_field(worker.precision), load, point.level);
    for (const Estimate& figure : point.figures) {
        text += ',' + (figure.has_mean() ? fmt::format("{}", figure.mean)
                                         : std::string(figure.never > 0 ? "never" : ""));
        text += ',' + (figure.has_interval() ? fmt::format("{}", figure.half_width) : std::string{});
    }
    return text + ',' + std::string(report.objectives.empty() ? "" : slo_verdict_name(point.verdict)) + '\n';
}

}  // namespace

std::string capacity_json(const CapacityReport& report) {
    Json json{{"scenario", report.scenario},
              {"pool", report.pool},
              {"class", report.class_name.empty() ? Json(nullptr) : Json(report.class_name)},
              {"replications", report.replications},
              {"requests", report.requests},
              {"varies", show_vary(report.vary)},
              {"traffic",
               {{"requests", report.mix.seen},
                {"sampled", report.mix.shapes.size()},
                {"mean_input_tokens", report.mix.mean_input()},
                {"mean_output_tokens", report.mix.mean_output()},
                {"prefixes_left_out", report.mix.shared_prefixes}}}};
    json["objectives"] = Json::array();
    for (const PlannedObjective& one : report.objectives) json["objectives"].push_back(one.text);
    json["workers"] = Json::array();
    for (const WorkerCapacity& worker : report.workers)
        json["workers"].push_back({{"gpu", worker.gpu},
                                   {"precision", worker.precision},
                                   {"refused", worker.refused},
                                   {"draws", worker.draws},
                                   {"knee", knee_json(report, worker)},
                                   {"by_clients", points_json(report, worker.by_clients)},
                                   {"by_rate", points_json(report, worker.by_rate)}});
    return json.dump(2) + "\n";
}

std::string capacity_csv(const CapacityReport& report) {
    std::string text = "pool,gpu,precision,load,level";
    for (const CapacityFigureName& figure : kCapacityFigures)
        text += fmt::format(",{},{}_half_width", figure.key, figure.key);
    text += ",verdict\n";
    for (const WorkerCapacity& worker : report.workers) {
        for (const LoadedWorker& point : worker.by_clients) text += csv_row(report, worker, "clients", point);
        for (const LoadedWorker& point : worker.by_rate) text += csv_row(report, worker, "rate", point);
        if (worker.at_knee)
            text += csv_row(report, worker, "knee", *worker.at_knee);
    }
    return text;
}

}  // namespace spillway
