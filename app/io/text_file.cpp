#include "app/io/text_file.hpp"

#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "sim/core/error.hpp"

namespace spillway {

std::string read_text_file(const std::filesystem::path& file, const std::string& shown) {
    if (shown.empty())
        throw InputError("scenario", "the name of a file is empty");
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw InputError(shown, "there is no such file");
    if (std::filesystem::is_directory(file, error))
        throw InputError(shown, "is a directory", "name the file in it");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
        throw InputError(shown, "cannot be read", "is it readable for you?");
    return std::move(text).str();
}

void require_file(const std::filesystem::path& file, const std::string& shown, const std::string& where) {
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw InputError(where, '"' + shown + "\": there is no such file",
                         "names are relative to the scenario's folder, or to --folder");
}

}  // namespace spillway
