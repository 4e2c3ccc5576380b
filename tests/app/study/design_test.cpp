// Which points a study has.
#include "app/study/design.hpp"

#include <map>

#include "app/io/json_file.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::vector<Axis> axes(const char* json) {
    const ConfigNode list = read_config_text(json, "study.json");
    std::vector<Axis> result;
    for (const ConfigNode& item : list.items()) result.push_back(Axis::read(item));
    return result;
}

std::vector<std::string> labels(const std::vector<StudyPoint>& points) {
    std::vector<std::string> result;
    for (const StudyPoint& point : points) {
        std::string text;
        for (const AxisValue& value : point.values) text += (text.empty() ? "" : " ") + value.label;
        result.push_back(text);
    }
    return result;
}

std::vector<Constraint> constraints(const char* text, const std::vector<Axis>& of) {
    std::vector<std::string> names;
    for (const Axis& axis : of) names.push_back(axis.name());
    return {Constraint::parse(ConfigNode::text("study.json: constraints[0]", text), names)};
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("a grid has each value with each other, the last axis moving first", "[app][study]") {
    const auto two = axes(
        R"([{"at": "a.idle", "values": ["30s", "2m"]}, {"at": "a.spare", "from": 0, "to": 2, "step": 1}])");
    const auto points = design_points({}, two);
    CHECK(labels(points) == Labels{"30s 0", "30s 1", "30s 2", "2m 0", "2m 1", "2m 2"});
    CHECK(points[4].id == 4);
    CHECK(points[4].changes()[1].at == "a.spare");
    CHECK(points[4].changes()[1].value.as_integer() == 1);
}

TEST_CASE("values of a range keep its unit, and steps add up without dust", "[app][study]") {
    CHECK(labels(
              design_points({}, axes(R"([{"at": "r", "from": "0.1/s", "to": "0.5/s", "step": "0.1/s"}])"))) ==
          Labels{"0.1/s", "0.2/s", "0.3/s", "0.4/s", "0.5/s"});
    CHECK(labels(design_points(
              {}, axes(R"([{"at": "r", "from": "1s", "to": "100s", "count": 3, "spacing": "log"}])"))) ==
          Labels{"1s", "10s", "100s"});
    CHECK(labels(design_points({}, axes(R"([{"at": "r", "from": 1, "to": 4, "count": 3}])"))) ==
          Labels{"1", "3", "4"});
    CHECK(labels(design_points({}, axes(R"([{"at": "r", "from": "30s", "to": "2m", "step": "0.5m"}])"))) ==
          Labels{"30s", "60s", "90s", "120s"});
}

TEST_CASE("a range of durations may be written in several units at once, and is not rounded to its unit",
          "[app][study]") {
    CHECK(labels(design_points({}, axes(R"([{"at": "x", "from": "1m30s", "to": "5m", "count": 3}])"))) ==
          Labels{"90s", "195s", "300s"});
    CHECK(labels(design_points({}, axes(R"([{"at": "x", "from": "1h", "to": "2h", "count": 3}])"))) ==
          Labels{"1h", "1.5h", "2h"});
    CHECK_THROWS_WITH(axes(R"([{"at": "x", "from": 1, "to": 2, "count": 5}])"),
                      Catch::Contains("whole numbers"));
}

TEST_CASE("constraints compare amounts with their units, sums and text", "[app][study]") {
    const auto three =
        axes(R"([{"name": "low", "at": "l", "values": [1, 2]}, {"name": "high", "at": "h", "values": [1, 2]},
                               {"name": "idle", "at": "i", "values": ["30s", "2m"]}])");
    Design design;
    design.constraints = constraints("low < high", three);
    CHECK(labels(design_points(design, three)) == Labels{"1 2 30s", "1 2 2m"});
    design.constraints = constraints("low + 2 * high <= 3", three);
    CHECK(labels(design_points(design, three)) == Labels{"1 1 30s", "1 1 2m"});
    design.constraints = constraints("idle >= 1m", three);
    CHECK(design_points(design, three).size() == 4);
    design.constraints = constraints("idle != 30s", three);
    CHECK(design_points(design, three).size() == 4);
    design.constraints = constraints("low > 9", three);
    CHECK_THROWS_WITH(design_points(design, three), Catch::Contains("no point"));
}

TEST_CASE("the numbers of a grid's points do not depend on how they are computed, only on constraints",
          "[app][study]") {
    const auto one = axes(R"([{"at": "x", "values": [3, 1, 2]}])");
    Design design;
    design.constraints = constraints("x != 1", one);
    const auto points = design_points(design, one);
    CHECK(labels(points) == Labels{"3", "2"});
    CHECK(points[1].id == 1);
}

TEST_CASE("a Sobol design fills each axis evenly, and its first points are those of a longer one",
          "[app][study]") {
    const auto two = axes(R"([{"at": "x", "from": 0, "to": 7}, {"at": "y", "from": "0s", "to": "8s"}])");
    Design design;
    design.kind = DesignKind::kSobol;
    design.points = 64;
    const auto points = design_points(design, two);
    std::map<std::string, int> count;
    for (const StudyPoint& point : points) ++count[point.values[0].label];
    CHECK(count.size() == 8);
    for (const auto& [label, times] : count) CHECK(times == 8);
    design.points = 16;
    const auto fewer = labels(design_points(design, two));
    auto first = labels(points);
    first.resize(16);
    CHECK(fewer == first);
}

TEST_CASE("a random design repeats with its seed and meets the constraints", "[app][study]") {
    const auto two = axes(R"([{"at": "x", "from": 0, "to": 9}, {"at": "y", "values": ["a", "b"]}])");
    Design design;
    design.kind = DesignKind::kRandom;
    design.points = 50;
    design.constraints = constraints("x <= 4", two);
    const auto points = design_points(design, two);
    CHECK(points.size() == 50);
    for (const StudyPoint& point : points) CHECK(point.values[0].changes[0].value.as_integer() <= 4);
    CHECK(labels(design_points(design, two)) == labels(points));
    design.seed = 2;
    CHECK(labels(design_points(design, two)) != labels(points));
    design.constraints = constraints("x > 100", two);
    CHECK_THROWS_WITH(design_points(design, two), Catch::Contains("loosen"));
}

TEST_CASE("a list has its points, and says of each axis what it is", "[app][study]") {
    const auto two =
        axes(R"([{"at": "x"}, {"name": "fleet", "variants": [{"name": "zero", "set": {"a": 1, "b": 2}},
                              {"name": "warm", "set": {"a": 3}}]}])");
    Design design;
    design.kind = DesignKind::kList;
    const ConfigNode list =
        read_config_text(R"([{"x": 5, "fleet": "warm"}, {"fleet": "zero", "x": 6}])", "s");
    design.list.assign(list.items().begin(), list.items().end());
    const auto points = design_points(design, two);
    CHECK(labels(points) == Labels{"5 warm", "6 zero"});
    CHECK(points[1].changes().size() == 3);
    const ConfigNode wrong = read_config_text(R"([{"x": 5, "fleet": "wram"}])", "s");
    design.list.assign(wrong.items().begin(), wrong.items().end());
    CHECK_THROWS_WITH(design_points(design, two), Catch::Contains("warm"));
}

TEST_CASE("an axis that says too little or too much is an error", "[app][study]") {
    for (const char* json :
         {R"([{"values": [1]}])", R"([{"at": "x", "values": [1], "from": 1, "to": 2}])",
          R"([{"at": "x", "from": 1}])", R"([{"at": "x", "from": "1s", "to": "2/s", "count": 3}])",
          R"([{"at": "x", "from": 2, "to": 1, "step": 1}])",
          R"([{"at": "x", "from": 0, "to": 1, "count": 3, "spacing": "log"}])",
          R"([{"at": "x", "from": 1, "to": 2, "step": 1, "count": 2}])", R"([{"at": "x", "step": 1}])",
          R"([{"at": "x", "from": "soon", "to": "later"}])", R"([{"at": "x", "vlaues": [1]}])",
          R"([{"variants": [{"name": "a", "set": {}}]}])",
          R"([{"at": "x", "from": 0, "to": 1e9, "step": 1}])"}) {
        INFO(json);
        CHECK_THROWS_AS(axes(json), InputError);
    }
    CHECK_THROWS_WITH(design_points({}, axes(R"([{"at": "x", "from": 1, "to": 2}])")),
                      Catch::Contains("which a grid needs"));
}

}  // namespace spillway::tests
