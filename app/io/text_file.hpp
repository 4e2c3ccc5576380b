#pragma once

#include <filesystem>
#include <string>

namespace spillway {

/// The whole of a file. Throws InputError, with the file as `shown`, when there is none or it cannot be read.
std::string read_text_file(const std::filesystem::path& file, const std::string& shown);

}  // namespace spillway
