#pragma once

#include <string>

namespace spillway {

/// The JSON Schema of study files, ended by a line feed.
std::string study_schema();

}  // namespace spillway
