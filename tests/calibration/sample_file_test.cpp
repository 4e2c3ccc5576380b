#include "calibration/common/sample_file.hpp"

#include <cmath>
#include <sstream>

#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

std::string text_of(const SampleFile& file) {
    std::ostringstream out;
    write_samples(file, out);
    return out.str();
}

const SampleFile kFile{"H100",
                       "cuda",
                       {{"multiprocessors", 132}},
                       {{"software", "own probes"}},
                       {{"licence", "MIT"}},
                       {{"gemm", {{"dtype", "bf16"}}, {{"m", 16}, {"n", 4096}, {"k", 4096}}, 1.5e-5, 30}}};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("samples written and read again are written the same", "[calibration][samples]") {
    const SampleFile again = read_samples(text_of(kFile), "s.json");
    CHECK(text_of(again) == text_of(kFile));
    CHECK(again.samples.at(0).number("n") == 4096);
    CHECK(again.samples.at(0).word("dtype") == "bf16");
    CHECK(again.samples.at(0).repeats == 30);
}

TEST_CASE("samples of another version or form are refused with the place", "[calibration][samples]") {
    const std::string text = text_of(kFile);
    CHECK_THROWS_WITH(read_samples(replaced(text, "samples/2", "samples/1"), "s.json"),
                      tests::contains_text("spillway.samples/1"));
    CHECK_THROWS_WITH(read_samples(replaced(text, "1.5e-05", "\"fast\""), "s.json"),
                      tests::contains_text("probes[0].median"));
    CHECK_THROWS_WITH(read_samples(replaced(text, "\"unit\":\"s\"", "\"unit\":\"ms\""), "s.json"),
                      tests::contains_text("probes[0].unit"));
    CHECK_THROWS_WITH(read_samples(replaced(text, "\"median\"", "\"mean\""), "s.json"),
                      tests::contains_text("lacks \"median\""));
    CHECK_THROWS_WITH(read_samples("{\n\n x", "s.json"), tests::contains_text("s.json:3"));
}

TEST_CASE("a sample's time is above 0 or null, its repeats are counted, and no member is ignored",
          "[calibration][samples]") {
    const std::string text = text_of(kFile);
    CHECK(std::isnan(read_samples(replaced(text, "1.5e-05", "null"), "s.json").samples.at(0).median_seconds));
    CHECK_THROWS_WITH(read_samples(replaced(text, "1.5e-05", "-1"), "s.json"),
                      tests::contains_text("probes[0].median"));
    CHECK_THROWS_WITH(read_samples(replaced(text, "\"n\":30", "\"n\":0"), "s.json"),
                      tests::contains_text("probes[0].n"));
    CHECK_THROWS_WITH(read_samples(replaced(text, "\"unit\"", "\"foo\":1,\"unit\""), "s.json"),
                      tests::contains_text("foo"));
}

TEST_CASE("a parameter that a sample lacks is named", "[calibration][samples]") {
    CHECK_THROWS_WITH(kFile.samples[0].number("batch"), tests::contains_text("batch"));
}
