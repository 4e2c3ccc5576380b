#include "tests/support/golden.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"

namespace spillway::tests {
namespace {

std::string line_at(std::string_view text, std::size_t position) {
    const std::size_t before = text.substr(0, position).rfind('\n');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

bool approving() {
    const char* wish = std::getenv("SPILLWAY_APPROVE");
    return wish != nullptr && std::string_view(wish) == "1";
}

}  // namespace

void require_golden(const std::filesystem::path& approved, std::string_view actual) {
    const std::filesystem::path file = source_dir() / approved;
    if (approving()) {
        std::filesystem::create_directories(file.parent_path());
        write_text(file, actual);
        return;
    }
    const std::string expected = read_text(file);
    const auto differ = std::mismatch(expected.begin(), expected.end(), actual.begin(), actual.end());
    const auto position = static_cast<std::size_t>(differ.first - expected.begin());
    INFO("differs from " << approved.string() << " at line "
                         << 1 + std::count(expected.begin(), differ.first, '\n') << "\n  approved: "
                         << line_at(expected, position) << "\n  actual:   " << line_at(actual, position)
                         << "\n  SPILLWAY_APPROVE=1 in the environment accepts the new text");
    const bool same_text = expected == actual;
    REQUIRE(same_text);
}

}  // namespace spillway::tests
