#pragma once

#include <string>

namespace spillway {

/// The JSON Schema (draft 2020-12) of scenario files, ended by a line feed. It is made from the parameter
/// tables that the loader reads by, so that both know the same names.
std::string scenario_schema();

}  // namespace spillway
