#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/export_pool.hpp"
#include "app/deploy/import_config.hpp"

namespace spillway::tests {

/// A scenario around members of its one pool: `"platform": "modal", "policy": {...}`. Its name is "chat"
/// unless the members begin with another, its GPU an L4 that costs $1/h unless they say otherwise.
std::string scenario_of(const std::string& members);

DeployText export_scenario(const std::string& scenario, std::string_view form);
ImportedConfig import_text(const std::string& text, std::string_view form);

/// The pool of an imported scenario.
ConfigNode pool_of(const ImportedConfig& imported);
/// A value of it as JSON; "absent" where there is none. "policy.target"
std::string said(const ConfigNode& pool, std::string_view at);

/// Without the lines that are comments.
std::string without_comments(const std::string& text);

/// Whether one of the lines holds the words.
bool any_holds(const std::vector<std::string>& lines, std::string_view words);

}  // namespace spillway::tests
