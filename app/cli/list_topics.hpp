#pragma once

#include <string>

#include "policies/plugin.hpp"

namespace spillway {

// What `spillway list` says of each topic that takes no options.
std::string policies_text();
std::string routes_text();
/// The policies and routes of a plug-in.
std::string plugin_text(const PluginManifest& plugin);
std::string models_text();
std::string readers_text();
std::string metrics_text();
std::string savings_text();
std::string gpus_text();
std::string llms_text();
std::string engines_text();
std::string deployments_text();
std::string startups_text();
std::string loaders_text();

}  // namespace spillway
