// A linter that cannot fail, or that never sees a header, finds nothing: plant an error and look.
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/process.hpp"

using namespace spillway::tests;

namespace {

constexpr std::string_view kGoodHeader = R"(#pragma once

struct Worker {
    int slots = 1;
};
)";

bool is_installed(const std::string& program) { return run_process({program, "--version"}).status == 0; }

bool can_lint() {
    return (is_installed("clang-tidy-14") || is_installed("clang-tidy")) &&
           (is_installed("clang-format-14") || is_installed("clang-format")) && is_installed("clang++-14");
}

/// A project of one header and one source, checked by this checkout's ./dev lint and its settings.
ProcessResult lint_with(std::string_view header, std::string_view source = {}) {
    const ScratchDir tree;
    for (const char* file : {"dev", ".clang-tidy", ".clang-format", "CMakePresets.json"}) {
        std::filesystem::copy_file(source_dir() / file, tree / file);
    }
    std::filesystem::create_directories(tree / "sim/core");
    write_text(tree / "sim/core/worker.hpp", header);
    write_text(tree / "sim/core/worker.cpp", "#include \"sim/core/worker.hpp\"\n" + std::string(source));
    write_text(tree / "CMakeLists.txt",
               "cmake_minimum_required(VERSION 3.25)\n"
               "project(planted LANGUAGES CXX)\n"
               "set(CMAKE_EXPORT_COMPILE_COMMANDS ON)\n"
               "set(CMAKE_CXX_STANDARD 20)\n"
               "add_library(planted STATIC sim/core/worker.cpp)\n"
               "target_include_directories(planted PRIVATE ${CMAKE_SOURCE_DIR})\n");
    return run_process({"env", "SPILLWAY_NO_SETUP=1", (tree / "dev").string(), "lint"});
}

}  // namespace

TEST_CASE("lint passes a clean header", "[lint]") {
    if (!can_lint())
        SPILLWAY_SKIP("clang-tidy 14, clang-format or clang++-14 is not installed");
    const ProcessResult result = lint_with(kGoodHeader);
    INFO(result.out << result.err);
    CHECK(result.status == 0);
}

TEST_CASE("lint fails on a badly named member in a header, and names the header", "[lint]") {
    if (!can_lint())
        SPILLWAY_SKIP("clang-tidy 14, clang-format or clang++-14 is not installed");
    const ProcessResult result = lint_with("#pragma once\n\nstruct Worker {\n    int slotCount = 1;\n};\n");
    INFO(result.out << result.err);
    CHECK(result.status != 0);
    CHECK_THAT(result.out, contains_text("sim/core/worker.hpp:4"));
    CHECK_THAT(result.out, contains_text("readability-identifier-naming"));
}

TEST_CASE("lint fails on a badly named variable in a source, which it reads in a bundle", "[lint]") {
    if (!can_lint())
        SPILLWAY_SKIP("clang-tidy 14, clang-format or clang++-14 is not installed");
    const ProcessResult result =
        lint_with(kGoodHeader, "\nint slots() {\n    int slotCount = 1;\n    return slotCount;\n}\n");
    INFO(result.out << result.err);
    CHECK(result.status != 0);
    CHECK_THAT(result.out, contains_text("sim/core/worker.cpp:4"));
    CHECK_THAT(result.out, contains_text("readability-identifier-naming"));
}

TEST_CASE("lint fails on a mutable global in a header", "[lint]") {
    if (!can_lint())
        SPILLWAY_SKIP("clang-tidy 14, clang-format or clang++-14 is not installed");
    const ProcessResult result = lint_with("#pragma once\n\ninline int next_id = 0;\n");
    INFO(result.out << result.err);
    CHECK(result.status != 0);
    CHECK_THAT(result.out, contains_text("cppcoreguidelines-avoid-non-const-global-variables"));
}

TEST_CASE("lint fails on a header that is not formatted", "[lint]") {
    if (!can_lint())
        SPILLWAY_SKIP("clang-tidy 14, clang-format or clang++-14 is not installed");
    const ProcessResult result = lint_with("#pragma once\n\nstruct Worker {\n  int slots = 1;\n};\n");
    INFO(result.out << result.err);
    CHECK(result.status != 0);
    CHECK_THAT(result.err, contains_text("clang-format-violations"));
}
