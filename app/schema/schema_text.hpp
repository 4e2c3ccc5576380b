#pragma once

#include <string>

#include "app/schema/schema_node.hpp"

namespace spillway::schema {

/// As JSON, indented, ended by a line feed.
std::string text_of(const Node& schema);

}  // namespace spillway::schema
