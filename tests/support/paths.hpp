#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace spillway::tests {

/// Root of the source tree, for examples/, golden files and the catalog.
std::filesystem::path source_dir();

/// The built program `spillway`. The test needs NEEDS_PROGRAM in its spillway_test().
std::filesystem::path program();

/// The folder of staged public data that SPILLWAY_DATA names, or nothing: then call SPILLWAY_SKIP.
std::optional<std::filesystem::path> data_dir();

/// A folder of this process's own, removed when the object goes.
class ScratchDir {
public:
    ScratchDir();
    ~ScratchDir();
    ScratchDir(const ScratchDir&) = delete;
    ScratchDir& operator=(const ScratchDir&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// The whole file; throws std::runtime_error when it cannot be read.
std::string read_text(const std::filesystem::path& file);

/// Writes the whole file; throws std::runtime_error when it cannot.
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace spillway::tests
