#pragma once

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

namespace spillway {

/// Where a result goes: a file that appears complete or not at all, or standard output for "-". Text goes to
/// a temporary name beside the file, and keep() renames it; without keep() the temporary file is removed. A
/// device or a pipe is written directly.
class OutputFile {
public:
    /// Throws InputError when the folder is missing, is not writable, or the name is a directory.
    explicit OutputFile(std::string name);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    std::ostream& stream();
    const std::string& name() const noexcept { return name_; }

    /// Everything is written. Throws InputError when not all of it reached the disk; nothing is left behind
    /// then.
    void keep();

private:
    std::string name_;
    std::filesystem::path target_;
    std::filesystem::path written_;  // beside the target, or the target itself; empty: standard output
    std::ofstream file_;
};

/// Writes `text` to a file of that name, or to standard output for "-". Throws as OutputFile does.
void write_output(const std::string& name, const std::string& text);

}  // namespace spillway
