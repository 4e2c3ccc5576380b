#pragma once

#include "app/schema/schema_node.hpp"

namespace spillway::schema {

/// Definitions of what parameters hold: "duration" and the other texts with units, "price", the laws.
Members value_definitions();

}  // namespace spillway::schema
