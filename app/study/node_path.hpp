#pragma once

#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

// Places in a configuration as a study's user writes them: "pools[chat].policy.idle_timeout". A member of a
// list is named by its "name", or by its number from 0: "pools[0]".

/// The value there, or nullptr when the member is absent. Throws InputError at `where` when the path cannot
/// be read, and when it leads through something that is not there (with the nearest name).
const ConfigNode* find_at(const ConfigNode& root, std::string_view path, const std::string& where);

/// `root` with `value` at that place; objects on the way to it are made where they are missing. A null takes
/// the member away. The value keeps its own place in errors. Throws as find_at() does.
ConfigNode with_value_at(const ConfigNode& root, std::string_view path, const ConfigNode& value,
                         const std::string& where);

}  // namespace spillway
