#pragma once

#include <string>

namespace spillway {

/// The JSON Schema (draft 2020-12) of sample files, ended by a line feed.
std::string sample_schema();

}  // namespace spillway
