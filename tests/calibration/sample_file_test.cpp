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

namespace {

/// A file in which every member is used.
SampleFile full_file() {
    SampleFile file = kFile;
    Sample& sample = file.samples[0];
    sample.spread = {1e-5, 1.25e-5, 1.75e-5, 4e-5};
    sample.half_width = 0.0625;
    sample.rerun = -0.125;
    sample.stopped = "precise";
    sample.values = {4e-5, 1e-5, 1.5e-5};
    sample.marks = {"throttled: power cap", "clock at 80 % of the first"};
    file.skipped = {{"gemm", {{"dtype", "fp8"}}, {{"m", 16}}, "needs compute capability 8.9"}};
    return file;
}

}  // namespace

TEST_CASE("every member of a sample file comes back", "[calibration][samples]") {
    const SampleFile file = full_file();
    const SampleFile again = read_samples(text_of(file), "s.json");
    CHECK(text_of(again) == text_of(file));
    CHECK(again.gpu == file.gpu);
    CHECK(again.backend == "cuda");
    CHECK(again.device == file.device);
    CHECK(again.environment == file.environment);
    CHECK(again.provenance == file.provenance);
    const Sample& sample = again.samples.at(0);
    REQUIRE(sample.spread);
    CHECK(sample.spread->least == 1e-5);
    CHECK(sample.spread->lower_quartile == 1.25e-5);
    CHECK(sample.spread->upper_quartile == 1.75e-5);
    CHECK(sample.spread->most == 4e-5);
    CHECK(sample.half_width == 0.0625);
    CHECK(sample.rerun == -0.125);
    CHECK(sample.stopped == "precise");
    CHECK(sample.values == file.samples[0].values);
    CHECK(sample.marks == file.samples[0].marks);
    REQUIRE(again.skipped.size() == 1);
    CHECK(again.skipped[0].probe == "gemm");
    CHECK(again.skipped[0].words == file.skipped[0].words);
    CHECK(again.skipped[0].numbers == file.skipped[0].numbers);
    CHECK(again.skipped[0].reason == "needs compute capability 8.9");
}

TEST_CASE("a spread that is out of order or not four numbers is refused", "[calibration][samples]") {
    const std::string text = text_of(full_file());
    const std::string spread = "[1e-05,1.25e-05,1.75e-05,4e-05]";
    for (const char* wrong : {"[2e-05,1.25e-05,1.75e-05,4e-05]", "[1e-05,1.6e-05,1.75e-05,4e-05]",
                              "[1e-05,1.25e-05,1.4e-05,4e-05]", "[1e-05,1.25e-05,1.75e-05,1.7e-05]",
                              "[0,1.25e-05,1.75e-05,4e-05]", "[1e-05,1.25e-05,1.75e-05]", "[]", "1e-05",
                              "[1e-05,1.25e-05,1.75e-05,\"much\"]", "[1e-05,1.25e-05,1.75e-05,null]"}) {
        CAPTURE(wrong);
        CHECK_THROWS_WITH(read_samples(replaced(text, spread, wrong), "s.json"),
                          tests::contains_text("probes[0].spread"));
    }
}

TEST_CASE("members of the wrong kind are refused with their place", "[calibration][samples]") {
    const std::string text = text_of(full_file());
    const auto refused = [&](const char* from, const char* to, const char* place) {
        CAPTURE(from, to);
        CHECK_THROWS_WITH(read_samples(replaced(text, from, to), "s.json"), tests::contains_text(place));
    };
    refused("\"n\":30", "\"n\":-30", "probes[0].n");
    refused("\"n\":30", "\"n\":1.5", "probes[0].n");
    refused("\"half_width\":0.0625", "\"half_width\":\"thin\"", "probes[0].half_width");
    refused("\"rerun\":-0.125", "\"rerun\":null", "probes[0].rerun");
    refused("\"stopped\":\"precise\"", "\"stopped\":1", "probes[0].stopped");
    refused("\"values\":[4e-05,1e-05,1.5e-05]", "\"values\":3", "probes[0].values");
    refused("\"values\":[4e-05,", "\"values\":[true,", "probes[0].values");
    refused("\"marks\":[\"throttled: power cap\",", "\"marks\":[1,", "probes[0].marks");
    refused("\"multiprocessors\":132.0", "\"multiprocessors\":\"many\"", "device.multiprocessors");
    refused("\"software\":\"own probes\"", "\"software\":1", "env.software");
    refused("\"reason\":\"needs", "\"why\":\"needs", "reason");
    refused("\"reason\":", "\"median\":1,\"reason\":", "median");
    refused("\"backend\"", "\"back\"", "backend");
    refused("\"provenance\"", "\"colour\":1,\"provenance\"", "colour");
}

TEST_CASE("lists that are none are refused", "[calibration][samples]") {
    const char* const head =
        R"({"schema":"spillway.samples/2","gpu":"a","backend":"host","env":{},"provenance":{},)";
    CHECK_THROWS_WITH(read_samples(head + std::string(R"("probes":{"a":1}})"), "s.json"),
                      tests::contains_text("probes: is not a list"));
    CHECK_THROWS_WITH(read_samples(head + std::string(R"("probes":[],"skipped":{"a":1}})"), "s.json"),
                      tests::contains_text("skipped: is not a list"));
    CHECK(read_samples(head + std::string(R"("probes":[]})"), "s.json").samples.empty());
}
