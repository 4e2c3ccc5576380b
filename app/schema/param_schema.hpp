#pragma once

#include <span>
#include <string_view>

#include "app/schema/schema_node.hpp"

namespace spillway::schema {

/// The schema of an object with these parameters: a property each, the required ones required, no others.
/// `owner` says whose they are ("pools", "schedule"): lists and objects without declared fields have their
/// form by it.
Node object_of(std::string_view owner, std::span<const ParamSpec> params);

/// The same with one more member: {"name": "schedule"}, which says whose they are.
Node named_object(std::string_view key, std::string_view owner, std::span<const ParamSpec> params);

/// The properties alone, and the names that must be there.
Members properties_of(std::string_view owner, std::span<const ParamSpec> params);
std::vector<Node> required_of(std::span<const ParamSpec> params);

}  // namespace spillway::schema
