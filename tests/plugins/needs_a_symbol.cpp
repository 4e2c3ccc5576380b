#include "policies/plugin.hpp"

int nobody_has_this();

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
    static const spillway::PluginManifest kManifest{.interface_version =
                                                        static_cast<std::uint32_t>(nobody_has_this())};
    return &kManifest;
}
