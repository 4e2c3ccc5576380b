#include "app/scenario/overlay_node.hpp"

#include "app/io/json_file.hpp"
#include "app/io/json_text.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

std::string overlaid(const char* base, const char* over) {
    const ConfigNode result = overlay_members(read_config_text(base, "base"), read_config_text(over, "over"));
    return json_file_text(result);
}

std::string as_text(const char* json) { return json_file_text(read_config_text(json, "x")); }

}  // namespace

TEST_CASE("objects are merged member by member, and other values replaced", "[app][platform]") {
    CHECK(overlaid(R"({"a": {"x": 1, "y": [1, 2]}, "b": "old"})",
                   R"({"a": {"y": [3]}, "b": "new", "c": true})") ==
          as_text(R"({"a": {"x": 1, "y": [3]}, "b": "new", "c": true})"));
}

TEST_CASE("null takes a member away", "[app][platform]") {
    CHECK(overlaid(R"({"a": {"x": 1, "y": 2}, "b": 1})", R"({"a": {"x": null}, "b": null, "c": null})") ==
          as_text(R"({"a": {"y": 2}})"));
}

TEST_CASE("a policy of another name takes the place of the platform's as a whole", "[app][platform]") {
    const char* base = R"({"policy": {"name": "modal", "scaledown_window": "60s"}})";
    CHECK(overlaid(base, R"({"policy": {"scaledown_window": "9s"}})") ==
          as_text(R"({"policy": {"name": "modal", "scaledown_window": "9s"}})"));
    CHECK(overlaid(base, R"({"policy": {"name": "modal", "buffer": 1}})") ==
          as_text(R"({"policy": {"name": "modal", "scaledown_window": "60s", "buffer": 1}})"));
    CHECK(overlaid(base, R"({"policy": {"name": "fixed", "workers": 1}})") ==
          as_text(R"({"policy": {"name": "fixed", "workers": 1}})"));
    CHECK(overlaid(base, R"({"policy": "scale-to-zero"})") == as_text(R"({"policy": "scale-to-zero"})"));
}

TEST_CASE("a start of one's own takes the place of the platform's, unless it names its preset",
          "[app][platform]") {
    const char* base = R"({"startup": {"preset": "modal/no-snapshot"}})";
    CHECK(overlaid(base, R"({"startup": {"phases": [1]}})") == as_text(R"({"startup": {"phases": [1]}})"));
    CHECK(overlaid(base, R"({"startup": {"learned": "a.json"}})") ==
          as_text(R"({"startup": {"learned": "a.json"}})"));
    CHECK(overlaid(base, R"({"startup": [2]})") == as_text(R"({"startup": [2]})"));
    CHECK(overlaid(base, R"({"startup": {"preset": "modal/no-snapshot", "phases": [1]}})") ==
          as_text(R"({"startup": {"preset": "modal/no-snapshot", "phases": [1]}})"));
    CHECK(overlaid(base, R"({"startup": {"failure": {"probability": 0.1}}})") ==
          as_text(R"({"startup": {"preset": "modal/no-snapshot", "failure": {"probability": 0.1}}})"));
}

TEST_CASE("what is laid over keeps its place in its file for errors", "[app][platform]") {
    const ConfigNode merged = overlay_members(read_config_text(R"({"a": {"x": 1}})", "base"),
                                              read_config_text(R"({"a": {"y": 2}})", "over"));
    CHECK(merged.find("a")->find("x")->where() == "base: a.x");
    CHECK(merged.find("a")->find("y")->where() == "over: a.y");
    CHECK(merged.find("a")->where() == "over: a");
}
