#pragma once

#include <filesystem>

#include "sim/core/config.hpp"

namespace spillway {

/// Reads a JSON file, comments allowed. A member "extends": "other.json" of the whole names a file (relative
/// to this one) whose content this one changes, member by member (RFC 7396: null removes, lists are
/// replaced). Relative file names inside stay relative to the file that was asked for. Throws InputError with
/// file and line for what is not JSON, a member given twice, and files that extend each other.
ConfigNode read_config_file(const std::filesystem::path& file);

/// The same for text that comes from elsewhere; `where` names it in errors.
ConfigNode read_config_text(std::string_view text, const std::string& where);

}  // namespace spillway
