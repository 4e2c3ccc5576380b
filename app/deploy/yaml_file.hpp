#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// The documents of a YAML file (JSON is YAML), empty ones left out. Places are "FILE:LINE: path". A plain
/// scalar is what YAML's core schema says it is, a quoted one text. Throws InputError for what is not YAML, a
/// key given twice, a key that is no text, and a file that unfolds without end.
std::vector<ConfigNode> read_yaml(std::string_view text, const std::string& shown);

/// The value as a YAML document, without "---". A text that a reader could take for something else is
/// quoted.
std::string yaml_text(const ConfigNode& node);

}  // namespace spillway
