#include <array>

#include "policies/plugin.hpp"

namespace {
std::unique_ptr<spillway::ScalePolicy> make_nothing(spillway::ParamReader&, const spillway::PolicyContext&) {
    return nullptr;
}
}  // namespace

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
    static constexpr std::array kPolicies{
        spillway::ScalePolicyEntry{"fixed", "A name that is taken.", {}, make_nothing}};
    static const spillway::PluginManifest kManifest{.scale_policies = kPolicies};
    return &kManifest;
}
