#include "tests/support/paths.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace spillway::tests {

std::filesystem::path source_dir() { return SPILLWAY_SOURCE_DIR; }

std::filesystem::path program() { return SPILLWAY_PROGRAM; }

std::optional<std::filesystem::path> data_dir() {
    const char* named = std::getenv("SPILLWAY_DATA");
    if (named == nullptr || *named == '\0') {
        return std::nullopt;
    }
    return std::filesystem::path(named);
}

ScratchDir::ScratchDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "spillway-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder like " + pattern);
    }
    path_ = pattern;
}

ScratchDir::~ScratchDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
        throw std::runtime_error("cannot read " + file.string());
    }
    return text;
}

void write_text(const std::filesystem::path& file, std::string_view text) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

}  // namespace spillway::tests
