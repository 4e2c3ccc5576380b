#include "policies/plugin.hpp"

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() { return nullptr; }
