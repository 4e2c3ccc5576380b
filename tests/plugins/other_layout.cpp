#include "policies/plugin.hpp"

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
    static const spillway::PluginManifest kManifest{.layout = 1};
    return &kManifest;
}
