#include "traces/byte_source.hpp"

#include <vector>

#include "tests/support/catch.hpp"
#include "tests/traces/trace_files.hpp"
#include "traces/line_reader.hpp"

namespace spillway::tests {
namespace {

/// Enough lines that a compressed file is larger than every buffer on its way.
std::string many_lines() {
    std::string text;
    std::uint64_t mixed = 1;
    for (int i = 0; i < 200'000; ++i) {
        mixed = mixed * 6364136223846793005U + 1442695040888963407U;
        text += std::to_string(mixed) + "\n";
    }
    return text;
}

std::string all_of(const std::filesystem::path& file) {
    const auto source = open_byte_source(file, "day.csv");
    std::vector<char> buffer(1000);
    std::string text;
    while (const std::size_t count = source->read(buffer)) text.append(buffer.data(), count);
    return text;
}

std::string problem_with(const std::filesystem::path& file) {
    try {
        all_of(file);
    } catch (const InputError& error) {
        return error.where() + ": " + error.problem();
    }
    return "none";
}

TEST_CASE("plain, gzip and zstd files give the same bytes, whatever their name", "[traces][byte_source]") {
    const ScratchDir dir;
    const std::string text = many_lines();
    for (const std::string& content : {text, gzip_of(text), zstd_of(text)}) {
        write_text(dir / "day.csv", content);
        CHECK(all_of(dir / "day.csv") == text);
    }
}

TEST_CASE("compressed files of several members are read to their end", "[traces][byte_source]") {
    const ScratchDir dir;
    write_text(dir / "a", gzip_of("one\n") + gzip_of("two\n"));
    write_text(dir / "b", zstd_of("one\n") + zstd_of("two\n"));
    CHECK(all_of(dir / "a") == "one\ntwo\n");
    CHECK(all_of(dir / "b") == "one\ntwo\n");
}

TEST_CASE("a compressed file that was cut short anywhere is an error", "[traces][byte_source]") {
    const ScratchDir dir;
    const std::string text = many_lines();
    const std::string gzip = gzip_of(text);
    const std::string zstd = zstd_of(text);
    for (const std::size_t left : {std::size_t{5}, gzip.size() / 2, gzip.size() - 9, gzip.size() - 1}) {
        write_text(dir / "day.csv.gz", std::string_view(gzip).substr(0, left));
        CHECK(problem_with(dir / "day.csv.gz") == "day.csv: ends in the middle of its gzip data");
    }
    for (const std::size_t left : {std::size_t{5}, zstd.size() / 2, zstd.size() - 1}) {
        write_text(dir / "day.csv.zst", std::string_view(zstd).substr(0, left));
        CHECK(problem_with(dir / "day.csv.zst") == "day.csv: ends in the middle of its zstd data");
    }
}

TEST_CASE("a damaged compressed file is an error", "[traces][byte_source]") {
    const ScratchDir dir;
    std::string gzip = gzip_of(many_lines());
    gzip[gzip.size() - 6] = static_cast<char>(gzip[gzip.size() - 6] ^ 1);  // in the checksum
    write_text(dir / "a", gzip);
    CHECK_THAT(problem_with(dir / "a"), contains_text("is damaged gzip data"));
    write_text(dir / "b", zstd_of("one\n") + "rubbish behind the frame");
    CHECK_THAT(problem_with(dir / "b"), contains_text("is damaged zstd data"));
}

TEST_CASE("a missing file and a directory are told apart", "[traces][byte_source]") {
    const ScratchDir dir;
    CHECK(problem_with(dir / "none") == "day.csv: cannot be opened: No such file or directory");
    CHECK(problem_with(dir.path()) == "day.csv: is a directory, not a trace file");
}

TEST_CASE("lines come whole across the edges of the buffer", "[traces][line_reader]") {
    const ScratchDir dir;
    const std::string text =
        "\xEF\xBB\xBF" + many_lines() + "crlf\r\n\n" + std::string(1'000'000, 'x') + "\nlast";
    write_text(dir / "day.csv", text);
    LineReader lines(dir / "day.csv", "day.csv");
    std::string joined;
    std::string last;
    while (const auto line = lines.next()) joined += (last = *line) + "\n";
    CHECK(last == "last");
    CHECK(lines.where() == "day.csv:200004");
    CHECK(joined == many_lines() + "crlf\n\n" + std::string(1'000'000, 'x') + "\nlast\n");
}

}  // namespace
}  // namespace spillway::tests
