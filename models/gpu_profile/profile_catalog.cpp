#include "models/gpu_profile/profile_catalog.hpp"

#include <algorithm>
#include <deque>
#include <mutex>

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

/// A GPU of the catalogue, whose profile is read when it is first asked for.
class CatalogGpu {
public:
    /// `text` is its fitted profile; empty: a roofline is made from its data sheet.
    CatalogGpu(std::string_view name, std::string_view text) : name_(name), text_(text) {}

    std::string_view name() const noexcept { return name_; }
    const GpuProfile& profile() {
        std::call_once(read_, [this] {
            profile_ = text_.empty()
                           ? roofline_profile(std::string(name_), find_data_sheet(name_, "catalogue"))
                           : read_profile(text_, "a built-in profile");
        });
        SPILLWAY_CHECK(profile_.name == name_, "a built-in profile is listed under another name");
        return profile_;
    }

private:
    std::string_view name_;
    std::string_view text_;
    std::once_flag read_;
    GpuProfile profile_;
};

std::deque<CatalogGpu> list_gpus() {
    std::deque<CatalogGpu> gpus;
    gpus.emplace_back("A100-80GB", catalog::kProfileA100);
    gpus.emplace_back("B200", catalog::kProfileB200);
    gpus.emplace_back("H100", catalog::kProfileH100);
    gpus.emplace_back("H200", catalog::kProfileH200);
    gpus.emplace_back("L40S", catalog::kProfileL40s);
    gpus.emplace_back("RTX-PRO-6000", catalog::kProfileRtxPro6000);
    for (const NamedSheet& named : data_sheets()) {
        const bool fitted = std::any_of(gpus.begin(), gpus.end(),
                                        [&](const CatalogGpu& gpu) { return gpu.name() == named.name; });
        if (!fitted)
            gpus.emplace_back(named.name, "");
    }
    return gpus;
}

std::deque<CatalogGpu>& catalog_gpus() {
    static std::deque<CatalogGpu> gpus = list_gpus();
    return gpus;
}

}  // namespace

const GpuProfile& find_gpu_profile(std::string_view name, const std::string& where) {
    for (CatalogGpu& gpu : catalog_gpus()) {
        if (gpu.name() == name)
            return gpu.profile();
    }
    throw unknown_name(where, "GPU profile", name, gpu_profile_names());
}

std::vector<std::string_view> gpu_profile_names() {
    std::vector<std::string_view> names;
    for (const CatalogGpu& gpu : catalog_gpus()) names.push_back(gpu.name());
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
