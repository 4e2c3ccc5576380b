#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/skip.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kCheck = R"(
import json, sys, jsonschema
jsonschema.Draft202012Validator(json.load(open("schema.json"))).validate(json.load(open(sys.argv[1])))
)";

const std::string kSamples = R"({"schema": "spillway.samples/2", "gpu": "H100", "backend": "cuda",
 "device": {"multiprocessors": 132}, "env": {"driver": "580.65"}, "provenance": {"program": "spillway-probe 0.1.0"},
 "probes": [
{"probe": "load", "params": {"cache": "cold", "bytes": 1e9}, "unit": "s", "median": 0.5, "n": 4,
 "spread": [0.4, 0.45, 0.55, 0.6], "stopped": "precise", "values": [0.4, 0.6, 0.5, 0.5], "marks": ["the sentinel moved"]}],
 "skipped": [{"probe": "gemm", "params": {"dtype": "fp8"}, "reason": "this device has none"}]})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the committed schema of samples is the one that the program prints", "[cli][schema]") {
    require_golden("docs/samples.schema.json", User().runs("schema samples").out);
}

TEST_CASE("the schema of samples takes what the program reads and refuses what it refuses", "[cli][schema]") {
    if (run_process({"python3", "-c", "import jsonschema; jsonschema.Draft202012Validator"}).status != 0)
        SPILLWAY_SKIP("python3-jsonschema is not there to validate samples");
    const User user;
    user.writes("schema.json", user.runs("schema samples").out);
    user.writes("check.py", kCheck);
    const auto validates = [&](const std::string& text) {
        user.writes("s.json", text);
        return run_process({"python3", "-c",
                            "import os; os.chdir('" + user.file("").string() + "')\n" + std::string(kCheck),
                            "s.json"})
                   .status == 0;
    };
    CHECK(validates(kSamples));
    CHECK_FALSE(validates(replaced(kSamples, "samples/2", "samples/1")));
    CHECK_FALSE(validates(replaced(kSamples, "\"n\": 4", "\"n\": 0")));
    CHECK_FALSE(validates(replaced(kSamples, "\"median\": 0.5", "\"median\": -1")));
    CHECK_FALSE(validates(replaced(kSamples, "\"stopped\"", "\"stop\"")));
    CHECK_FALSE(validates(replaced(kSamples, "\"cuda\"", "\"rocm\"")));
}

}  // namespace spillway::tests
