#pragma once

#include <filesystem>
#include <string>

namespace spillway {

/// The whole of a file. Throws InputError, with the file as `shown`, when there is none or it cannot be read.
std::string read_text_file(const std::filesystem::path& file, const std::string& shown);

/// Throws InputError at `where`, which asks for the file as `shown`, when there is none.
void require_file(const std::filesystem::path& file, const std::string& shown, const std::string& where);

}  // namespace spillway
