#pragma once

#include <string>

#include "app/bound/bound.hpp"

namespace spillway {

/// For people: the answer in the first line, then a table of floor, schedules and policies.
std::string bound_text(const Bounds& bounds);

/// For programs: {"schema": "spillway.bound/1", ...}. docs/formats.md has its members.
std::string bound_json(const Bounds& bounds);

}  // namespace spillway
