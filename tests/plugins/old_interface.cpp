#include "policies/plugin.hpp"

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
    static const spillway::PluginManifest kManifest{.interface_version = 0};
    return &kManifest;
}
