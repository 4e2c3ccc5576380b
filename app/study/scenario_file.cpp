#include "app/study/scenario_file.hpp"

#include <utility>

#include "app/io/json_file.hpp"
#include "app/study/node_path.hpp"

namespace spillway {

ScenarioFile::ScenarioFile(ConfigNode node, std::filesystem::path folder, Additions additions)
    : node_(std::move(node)), folder_(std::move(folder)), additions_(std::move(additions)) {
    if (additions_.folder)
        folder_ = *additions_.folder;
}

ScenarioFile ScenarioFile::load(const std::filesystem::path& file, Additions additions) {
    return {read_config_file(file), file.parent_path(), std::move(additions)};
}

Scenario ScenarioFile::scenario() const {
    Scenario scenario = read_scenario(node_, folder_);
    if (additions_.plugin)
        scenario.plugin = *additions_.plugin;
    scenario.gpu_profiles.insert(scenario.gpu_profiles.end(), additions_.gpu_profiles.begin(),
                                 additions_.gpu_profiles.end());
    return scenario;
}

ScenarioFile ScenarioFile::with(std::span<const FieldChange> changes) const {
    ScenarioFile changed = *this;
    for (const FieldChange& change : changes)
        changed.node_ = with_value_at(changed.node_, change.at, change.value, change.where);
    return changed;
}

}  // namespace spillway
