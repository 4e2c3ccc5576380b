#include "app/scenario/platform_catalog.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/io/json_file.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace platform_catalog_text {
extern const std::string_view kPlatformsJson;
}
namespace {

constexpr std::array kFile{
    required_param("note", ParamKind::kText, "What the file is."),
    required_param("platforms", ParamKind::kObject, "By name."),
};
constexpr std::array kPreset{
    required_param("summary", ParamKind::kText, "What it is."),
    optional_param("prices", ParamKind::kText, "The platform of the price book that sells its GPUs."),
    optional_param("offers", ParamKind::kList, "Kinds of its prices, the usual one first."),
    default_param("region", ParamKind::kText, "", "Whose prices are taken."),
    required_param("pool", ParamKind::kObject, "Members of a pool."),
    required_param("assumed", ParamKind::kList, "What no source states."),
    required_param("source", ParamKind::kText, "Where it was read."),
    required_param("date", ParamKind::kText, "When it was valid."),
    required_param("confidence", ParamKind::kText, "high, medium or low."),
};

Offer offer_of(const ConfigNode& node) {
    const auto names = offer_names();
    const auto found = std::find(names.begin(), names.end(), node.as_text());
    SPILLWAY_CHECK(found != names.end(), "platforms.json: an unknown way of selling");
    return static_cast<Offer>(found - names.begin());
}

PlatformPreset read_preset(const std::string& name, const ConfigNode& node) {
    ParamReader reader(node, kPreset);
    PlatformPreset preset;
    preset.name = name;
    preset.summary = reader.text("summary");
    preset.prices = reader.optional_text("prices").value_or("");
    if (const ConfigNode* offers = reader.node("offers")) {
        for (const ConfigNode& offer : offers->items()) preset.offers.push_back(offer_of(offer));
    }
    preset.region = reader.text("region");
    preset.pool = *reader.node("pool");
    for (const ConfigNode& one : reader.node("assumed")->items()) preset.assumed.push_back(one.as_text());
    preset.provenance.source = reader.text("source");
    preset.provenance.date = reader.text("date");
    preset.provenance.confidence = reader.text("confidence");
    reader.finish();
    SPILLWAY_CHECK(preset.prices.empty() == preset.offers.empty(), "platforms.json: prices without offers");
    return preset;
}

std::vector<PlatformPreset> read_catalog() {
    const ConfigNode file = read_config_text(platform_catalog_text::kPlatformsJson, "platform catalog");
    ParamReader reader(file, kFile);
    std::vector<PlatformPreset> presets;
    for (const auto& [name, node] : reader.node("platforms")->members())
        presets.push_back(read_preset(name, node));
    static_cast<void>(reader.text("note"));
    reader.finish();
    return presets;
}

}  // namespace

std::span<const PlatformPreset> platform_catalog() {
    static const std::vector<PlatformPreset> kPresets = read_catalog();
    return kPresets;
}

const PlatformPreset* find_preset(std::string_view name) {
    const auto presets = platform_catalog();
    const auto found = std::find_if(presets.begin(), presets.end(),
                                    [&](const PlatformPreset& preset) { return preset.name == name; });
    return found == presets.end() ? nullptr : &*found;
}

namespace {

/// Whom price lists or policies call so, or whose name has it as a part: "hf-endpoints", "keda", "cloud-run".
const PlatformPreset* preset_called(std::string_view name) {
    const auto presets = platform_catalog();
    const auto part = [&](const PlatformPreset& preset) {
        return preset.name.starts_with(fmt::format("{}-", name)) ||
               preset.name.ends_with(fmt::format("-{}", name));
    };
    auto found = std::find_if(presets.begin(), presets.end(), [&](const PlatformPreset& preset) {
        return !name.empty() && preset.prices == name;
    });
    if (found == presets.end())
        found = std::find_if(presets.begin(), presets.end(), part);
    return found == presets.end() ? nullptr : &*found;
}

}  // namespace

const PlatformPreset& preset_named(std::string_view name, const std::string& where) {
    if (const PlatformPreset* found = find_preset(name))
        return *found;
    std::vector<std::string_view> names;
    for (const PlatformPreset& preset : platform_catalog()) names.emplace_back(preset.name);
    if (const PlatformPreset* meant = preset_called(name)) {
        throw InputError(where, fmt::format("unknown platform \"{}\"", name),
                         fmt::format("did you mean \"{}\"? valid: {}", meant->name, fmt::join(names, ", ")));
    }
    throw unknown_name(where, "platform", name, names);
}

}  // namespace spillway
