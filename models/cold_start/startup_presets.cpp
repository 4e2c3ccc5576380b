#include "models/cold_start/startup_presets.hpp"

#include "models/gpu_profile/json_config.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kStartupsJson;  // startups.json
}

namespace {

StartupPreset read_preset(const ConfigNode& node) {
    allow_only(node, {"name", "summary", "measured", "assumed", "source", "date", "confidence",
                      "weights_bytes", "phases", "snapshot"});
    const auto text = [&](std::string_view member) { return member_of(node, member).as_text(); };
    StartupPreset preset{text("name"),
                         text("summary"),
                         text("measured"),
                         text("assumed"),
                         text("source"),
                         text("date"),
                         text("confidence"),
                         member_of(node, "weights_bytes").as_bytes(),
                         member_of(node, "phases"),
                         std::nullopt};
    if (const ConfigNode* snapshot = node.find("snapshot"))
        preset.snapshot = *snapshot;
    return preset;
}

std::vector<StartupPreset> read_presets() {
    const ConfigNode file = parse_json_config(catalog::kStartupsJson, "startups.json");
    std::vector<StartupPreset> presets;
    for (const ConfigNode& node : member_of(file, "startups").items()) presets.push_back(read_preset(node));
    return presets;
}

}  // namespace

const std::vector<StartupPreset>& startup_presets() {
    static const std::vector<StartupPreset> kPresets = read_presets();
    return kPresets;
}

const StartupPreset& find_startup_preset(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const StartupPreset& preset : startup_presets()) {
        if (preset.name == name)
            return preset;
        names.emplace_back(preset.name);
    }
    throw unknown_name(where, "start-up preset", name, names);
}

}  // namespace spillway
