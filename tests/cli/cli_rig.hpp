#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/paths.hpp"
#include "tests/support/process.hpp"

namespace spillway::tests {

/// A user at a shell, in a folder of their own with the files that they wrote.
class User {
public:
    std::filesystem::path file(std::string_view name) const { return folder_ / name; }
    void writes(std::string_view name, std::string_view text) const { write_text(file(name), text); }
    std::string reads(std::string_view name) const { return read_text(file(name)); }

    /// Runs `spillway arguments` in the folder, by a shell that first runs `before` ("ulimit -f 1").
    ProcessResult runs(const std::string& arguments, const std::string& before = ":") const;

    /// The names in the folder, sorted.
    std::vector<std::string> files() const;

private:
    ScratchDir folder_;
};

/// A whole small scenario that runs in milliseconds, with `from` replaced by `to` (which must occur).
std::string small_scenario();
std::string small_scenario(std::string_view from, std::string_view to);

/// Fails the case unless the user is told, in one message and with exit code 2, each of `parts`; and unless
/// the folder holds what it held before.
void require_refused(const User& user, const std::string& arguments, const std::vector<std::string>& parts,
                     const std::string& before = ":");

/// Lines, without their ends.
std::vector<std::string> lines_of(const std::string& text);
/// The cells of a CSV line without quotes.
std::vector<std::string> cells_of(const std::string& line);

}  // namespace spillway::tests
