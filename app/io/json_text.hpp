#pragma once

#include <string>

#include "sim/core/config.hpp"

namespace spillway {

/// The value as JSON on one line; numbers read back as the same.
std::string json_text(const ConfigNode& node);

/// The same over several lines, indented by two spaces, ended by a line feed.
std::string json_file_text(const ConfigNode& node);

}  // namespace spillway
