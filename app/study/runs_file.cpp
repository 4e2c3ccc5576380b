#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/study/scenario_runs.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKind = "spillway replications 1";

Json reading_json(const Reading& reading) {
    if (reading.has_value())
        return reading.value();
    return reading.state() == Reading::State::kNever ? Json("never") : Json(nullptr);
}

Reading reading_from(const Json& json) {
    if (json.is_number())
        return Reading::of(json.get<double>());
    if (json.is_null())
        return Reading::nothing();
    if (json != Json("never"))
        throw InputError("", fmt::format("has the reading {}", json.dump()), "a number, \"never\" or null");
    return Reading::never();
}

Json metric_json(const ScenarioRuns& runs, std::size_t number) {
    const std::vector<Reading> readings = runs.runs.of(number);
    const Estimate figure = estimate(readings);
    Json json{{"name", runs.metrics[number].name}, {"key", runs.metrics[number].key}};
    json["mean"] = figure.has_mean() ? Json(figure.mean) : Json(nullptr);
    json["half_width"] = figure.has_interval() ? Json(figure.half_width) : Json(nullptr);
    json["range_half"] = figure.has_interval() ? Json(figure.range_half) : Json(nullptr);
    json["readings"] = Json::array();
    for (const Reading& reading : readings) json["readings"].push_back(reading_json(reading));
    return json;
}

Json inputs_json(const Inputs& inputs) {
    return {{"traffic", inputs.traffic},
            {"requests", inputs.requests},
            {"price_date", inputs.price_date},
            {"prices", inputs.prices},
            {"files", inputs.files}};
}

Inputs inputs_from(const Json& json) {
    return {json.at("traffic"), json.at("requests"), json.at("price_date"), json.at("prices"),
            json.at("files")};
}

/// "luck,traffic", as parse_vary() reads it.
std::string vary_text(const Vary& vary) {
    std::string text;
    for (const auto& [on, name] :
         {std::pair{vary.luck, "luck"}, std::pair{vary.traffic, "traffic"}, std::pair{vary.model, "model"}}) {
        if (on)
            text += (text.empty() ? "" : ",") + std::string(name);
    }
    return text;
}

void read_runs_list(const Json& json, Replications& runs) {
    for (const Json& one : json.at("runs")) {
        RunOutcome& run = runs.runs.emplace_back();
        run.unsettled = one.at("unsettled");
        run.saturated = one.at("saturated");
        run.held = one.at("slo_held");
    }
    for (const Json& metric : json.at("metrics")) {
        if (metric.at("readings").size() != runs.runs.size())
            throw InputError("", "has not a reading for each run");
        for (std::size_t i = 0; i < runs.runs.size(); ++i)
            runs.runs[i].readings.push_back(reading_from(metric.at("readings")[i]));
    }
}

}  // namespace

bool holds_runs(const ConfigNode& node) {
    if (node.kind() != ConfigNode::Kind::kObject)
        return false;
    const ConfigNode* kind = node.find("kind");
    return kind != nullptr && kind->kind() == ConfigNode::Kind::kText && kind->as_text() == kKind;
}

std::string runs_json(const ScenarioRuns& runs) {
    Json json{{"kind", kKind},
              {"scenario", runs.name},
              {"version", runs.version},
              {"seed", runs.seed},
              {"first_replication", runs.runs.begin},
              {"vary", vary_text(runs.vary)},
              {"block_s", runs.vary.block ? Json(to_seconds(*runs.vary.block)) : Json(nullptr)},
              {"precise", runs.runs.precise},
              {"sources", runs.sources},
              {"inputs", inputs_json(runs.inputs)}};
    json["metrics"] = Json::array();
    for (std::size_t i = 0; i < runs.metrics.size(); ++i) json["metrics"].push_back(metric_json(runs, i));
    json["runs"] = Json::array();
    for (const RunOutcome& run : runs.runs.runs)
        json["runs"].push_back(
            {{"unsettled", run.unsettled}, {"saturated", run.saturated}, {"slo_held", run.held}});
    return json.dump(2) + "\n";
}

ScenarioRuns read_runs(const std::string& text, const std::string& where) {
    try {
        const Json json = Json::parse(text);
        ScenarioRuns runs;
        runs.name = json.at("scenario");
        runs.version = json.at("version");
        runs.seed = json.at("seed");
        runs.vary = parse_vary(json.at("vary").get<std::string>(), where + ": vary");
        if (json.at("block_s").is_number())
            runs.vary.block = from_seconds(json.at("block_s").get<double>());
        runs.inputs = inputs_from(json.at("inputs"));
        runs.runs.begin = json.at("first_replication");
        runs.runs.precise = json.at("precise");
        runs.sources = json.at("sources").get<std::vector<std::string>>();
        for (const Json& metric : json.at("metrics"))
            runs.metrics.push_back(parse_metric(metric.at("name").get<std::string>(), where + ": metrics"));
        read_runs_list(json, runs.runs);
        if (runs.runs.runs.empty())
            throw InputError("", "has no run");
        return runs;
    } catch (const InputError& error) {
        throw InputError(error.where().empty() ? where : error.where(), error.problem(), error.hint());
    } catch (const Json::exception& error) {
        throw InputError(where, fmt::format("is no file of replications: {}", error.what()),
                         "`spillway run SCENARIO.json --replications 20 --json FILE` writes one");
    }
}

}  // namespace spillway
