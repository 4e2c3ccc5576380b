#pragma once
#include <filesystem>
#include <string_view>

namespace spillway::tests {

/// Fails the running case unless `actual` equals the file `approved` (relative to the source tree).
/// With SPILLWAY_APPROVE=1 in the environment the file is written instead: the change then shows in the diff,
/// and the commit that contains it says why the result moved.
void require_golden(const std::filesystem::path& approved, std::string_view actual);

}  // namespace spillway::tests
