#include "models/gpu_profile/profile_catalog.hpp"

#include <algorithm>

#include "models/gpu_profile/json_config.hpp"
#include "models/gpu_profile/profile_file.hpp"
#include "models/gpu_profile/roofline.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace catalog {
extern const std::string_view kDataSheetsJson;  // data_sheets.json
// gpus/*.json
extern const std::string_view kProfileA100;
extern const std::string_view kProfileB200;
extern const std::string_view kProfileH100;
extern const std::string_view kProfileH200;
extern const std::string_view kProfileL40s;
extern const std::string_view kProfileRtxPro6000;
}  // namespace catalog

namespace {

struct NamedSheet {
    std::string name;
    DataSheet sheet;
};

std::vector<NamedSheet> read_sheets() {
    const ConfigNode file = parse_json_config(catalog::kDataSheetsJson, "data_sheets.json");
    std::vector<NamedSheet> sheets;
    for (const ConfigNode& gpu : member_of(file, "gpus").items()) {
        std::vector<ConfigNode::Member> members(gpu.members().begin(), gpu.members().end());
        std::erase_if(members, [](const ConfigNode::Member& member) { return member.first == "name"; });
        NamedSheet& named = sheets.emplace_back();
        named.name = member_of(gpu, "name").as_text();
        named.sheet = read_data_sheet(ConfigNode::object(gpu.where(), std::move(members)));
        named.sheet.source = member_of(member_of(file, "sources"), named.sheet.source).as_text();
    }
    return sheets;
}

const std::vector<NamedSheet>& data_sheets() {
    static const std::vector<NamedSheet> kSheets = read_sheets();
    return kSheets;
}

std::vector<std::string_view> fitted_texts() {
    return {catalog::kProfileA100, catalog::kProfileB200, catalog::kProfileH100,
            catalog::kProfileH200, catalog::kProfileL40s, catalog::kProfileRtxPro6000};
}

std::vector<GpuProfile> read_profiles() {
    std::vector<GpuProfile> profiles;
    for (const std::string_view text : fitted_texts())
        profiles.push_back(read_profile(text, "a built-in profile"));
    for (const NamedSheet& named : data_sheets()) {
        const bool fitted = std::any_of(profiles.begin(), profiles.end(), [&](const GpuProfile& profile) {
            return profile.name == named.name;
        });
        if (!fitted)
            profiles.push_back(roofline_profile(named.name, named.sheet));
    }
    return profiles;
}

const std::vector<GpuProfile>& gpu_profiles() {
    static const std::vector<GpuProfile> kProfiles = read_profiles();
    return kProfiles;
}

}  // namespace

const GpuProfile& find_gpu_profile(std::string_view name, const std::string& where) {
    for (const GpuProfile& profile : gpu_profiles()) {
        if (profile.name == name)
            return profile;
    }
    throw unknown_name(where, "GPU profile", name, gpu_profile_names());
}

std::vector<std::string_view> gpu_profile_names() {
    std::vector<std::string_view> names;
    for (const GpuProfile& profile : gpu_profiles()) names.emplace_back(profile.name);
    return names;
}

const DataSheet& find_data_sheet(std::string_view name, const std::string& where) {
    std::vector<std::string_view> names;
    for (const NamedSheet& named : data_sheets()) {
        if (named.name == name)
            return named.sheet;
        names.emplace_back(named.name);
    }
    throw unknown_name(where, "GPU data sheet", name, names);
}

}  // namespace spillway
