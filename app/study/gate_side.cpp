#include "app/study/gate_side.hpp"

#include <fmt/format.h>

#include "app/io/json_file.hpp"
#include "app/io/text_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

bool is_whole_scenario(const ConfigNode& node) {
    return node.kind() == ConfigNode::Kind::kObject && node.find("traffic") != nullptr &&
           node.find("pools") != nullptr;
}

std::optional<GateEntry> load_entry(const fs::path& file, const ScenarioFile::Additions& additions) {
    const ConfigNode node = read_config_file(file);
    if (holds_runs(node))
        return read_runs(read_text_file(file, file.string()), file.string());
    if (is_whole_scenario(node))
        return ScenarioFile(node, file.parent_path(), additions);
    return std::nullopt;
}

/// As `other` was run.
ScenarioRuns run_like(const ScenarioFile& file, const ScenarioRuns& other) {
    ReplicationRule rule;
    rule.vary = other.vary;
    rule.first = rule.most = other.runs.runs.size();
    RunnableScenario one(file, other.metrics, rule.vary, std::make_shared<Recordings>());
    one.runs.runs = replicate(rule, other.runs.begin, one.runner());
    return one.runs;
}

}  // namespace

GateSide load_side(const fs::path& path, const ScenarioFile::Additions& additions) {
    GateSide side;
    if (!fs::is_directory(path)) {
        require_file(path, path.string(), "spillway check");
        auto entry = load_entry(path, additions);
        if (!entry)
            throw InputError(path.string(), "is no scenario and no file of replications");
        side.emplace("", *std::move(entry));
        return side;
    }
    for (const auto& one : fs::directory_iterator(path)) {
        if (one.path().extension() != ".json" || !one.is_regular_file())
            continue;
        if (auto entry = load_entry(one.path(), additions))
            side.emplace(one.path().stem().string(), *std::move(entry));
    }
    if (side.empty())
        throw InputError(path.string(), "is a folder without scenarios");
    return side;
}

PairOfRuns run_sides(const GateEntry& base, const GateEntry& head, const std::vector<Metric>& metrics,
                     const ReplicationRule& rule) {
    const auto* base_runs = std::get_if<ScenarioRuns>(&base);
    const auto* head_runs = std::get_if<ScenarioRuns>(&head);
    if (base_runs != nullptr && head_runs != nullptr)
        return {*base_runs, *head_runs};
    if (base_runs != nullptr)
        return {*base_runs, run_like(std::get<ScenarioFile>(head), *base_runs)};
    if (head_runs != nullptr)
        return {run_like(std::get<ScenarioFile>(base), *head_runs), *head_runs};
    return run_pair(std::get<ScenarioFile>(base), std::get<ScenarioFile>(head), metrics, rule);
}

}  // namespace spillway
