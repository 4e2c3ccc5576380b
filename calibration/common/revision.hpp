#pragma once

#include <string_view>

namespace spillway {

/// The commit that the program was built from. Written by cmake/write_revision.cmake in each build.
extern const std::string_view kSourceRevision;

}  // namespace spillway
