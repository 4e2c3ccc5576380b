#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace spillway::tests {

/// An include that docs/architecture.md does not allow.
struct Violation {
    std::string file;      ///< relative to the root that was checked
    std::size_t line = 0;  ///< 1 for the first
    std::string problem;   ///< what stands there and which rule it breaks

    std::string text() const { return file + ":" + std::to_string(line) + ": " + problem; }
};

/// Checks the includes of all sources below `root`, in the order of their paths.
std::vector<Violation> check_layers(const std::filesystem::path& root);

/// How many sources check_layers(root) reads: a check of nothing finds nothing.
std::size_t source_count(const std::filesystem::path& root);

}  // namespace spillway::tests
