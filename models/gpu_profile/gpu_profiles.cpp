#include "models/gpu_profile/gpu_profiles.hpp"

#include <algorithm>
#include <utility>

#include "models/gpu_profile/profile_catalog.hpp"
#include "sim/core/error.hpp"

namespace spillway {

void GpuProfiles::add(GpuProfile profile, const std::string& where) {
    if (own(profile.name) != nullptr)
        throw InputError(where, "is a second profile of \"" + profile.name + "\"");
    own_.push_back(std::move(profile));
}

const GpuProfile& GpuProfiles::find(std::string_view name, const std::string& where) const {
    if (const GpuProfile* profile = own(name)) {
        if (profile->kind == ProfileKind::kMeasuredHost && hosts_ == HostProfiles::kRefused) {
            throw InputError(where, "\"" + profile->name + "\" was measured on a processor, not on a GPU",
                             R"(write "allow_host_profiles": true in the scenario if that is meant)");
        }
        used_.insert(profile->name);
        return *profile;
    }
    std::vector<std::string_view> names = gpu_profile_names();
    if (std::find(names.begin(), names.end(), name) != names.end())
        return find_gpu_profile(name, where);
    for (const GpuProfile& profile : own_) names.emplace_back(profile.name);
    throw unknown_name(where, "GPU profile", name, names);
}

const GpuProfile* GpuProfiles::own(std::string_view name) const noexcept {
    const auto found = std::find_if(own_.begin(), own_.end(),
                                    [name](const GpuProfile& profile) { return profile.name == name; });
    return found == own_.end() ? nullptr : &*found;
}

bool GpuProfiles::used(std::string_view name) const { return used_.contains(name); }

}  // namespace spillway
