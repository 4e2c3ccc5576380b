#pragma once

#include <string>
#include <string_view>

#include "sim/core/config.hpp"

namespace spillway {

/// What a Python file says by decorators, without running any of it: {"app": NAME of App(...), "units":
/// [...]} with one object for each class or function at the file's outermost level that has decorators with
/// arguments: {"name": "Chat", "cls": {"gpu": "H100", ...}, "concurrent": {...}}, named by the decorators'
/// last word. Arguments are texts, numbers, flags, lists of these, sums and products of numbers, and names of
/// constants that the file sets to such; anything else is an expression (config_tree.hpp). Throws InputError
/// with file and line for a text or bracket that is not closed.
ConfigNode read_python(std::string_view text, const std::string& shown);

}  // namespace spillway
