#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/plan/plan_space.hpp"
#include "sim/core/config.hpp"

namespace spillway {

// Changes of a scenario's file as savings make them: a whole new file each time, which changes_between() then
// writes as fields.

/// What a saving writes, from JSON; errors in it begin with "advise".
ConfigNode advised_value(const std::string& json);
ConfigNode advised_text(std::string text);
ConfigNode advised_count(std::int64_t count);

/// The member as text, or `fallback` where it is absent or something else.
std::string text_at(const ConfigNode& object, std::string_view name, const std::string& fallback = {});
/// The member as a whole number, or `fallback`.
std::int64_t count_at(const ConfigNode& object, std::string_view name, std::int64_t fallback);
/// The member of a member, or nullptr where one of them is absent or no object.
const ConfigNode* find_below(const ConfigNode& object, std::string_view outer, std::string_view inner);
/// `object` with object[outer][inner] set; outer is made where it is missing.
ConfigNode with_below(const ConfigNode& object, const std::string& outer, const std::string& inner,
                      ConfigNode value);

/// The file with another pool in the place of that number. Requires: it has so many.
ConfigNode with_pool(const ConfigNode& root, std::size_t number, ConfigNode pool);
/// The file with these pools alone, none of them ruled out, and without what is said of several pools.
ConfigNode with_only_pools(const ConfigNode& root, std::vector<ConfigNode> pools);

/// The members of the file in which the two differ, as changes of `before`.
std::vector<FieldChange> changes_between(const ConfigNode& before, const ConfigNode& after);

}  // namespace spillway
