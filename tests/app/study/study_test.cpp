// Study files: each slip is one clear error before anything runs.
#include "app/study/study.hpp"

#include "sim/core/error.hpp"
#include "tests/app/study/study_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

constexpr const char* kAxis = R"("axes": [{"at": "pools[gpu].concurrency", "values": [1, 2]}])";

struct BadStudy {
    std::string members;
    const char* where;
    const char* says;
};

}  // namespace

TEST_CASE("a bad study is one error with its place, before a point runs", "[app][study]") {
    const StudyRig rig;
    const std::string axis = kAxis;
    const std::vector<BadStudy> cases{
        {R"("name": "x")", "study.json: axes", "missing"},
        {R"("axes": [])", "study.json: axes", "missing or empty"},
        {R"("axes": [{"at": "pools[cpu].concurrency", "values": [1]}])", "study.json: axes[0].at", "cpu"},
        {R"("axes": [{"at": "pools[gpu].concurency", "values": [1]}])", "study.json: axes[0].values[0]",
         "concurency"},
        {R"("axes": [{"at": "pools[gpu].concurrency", "values": [1, 0]}])", "study.json: axes[0].values[1]",
         ""},
        {R"("axes": [{"at": "pools[gpu].concurrency", "values": [1, "many"]}])",
         "study.json: axes[0].values[1]", ""},
        {R"("axes": [{"at": "seed", "values": [1]}, {"at": "seed", "values": [2]}])", "study.json: axes[1]",
         "seed"},
        {axis + R"(, "metrics": ["csot"])", "study.json: metrics", "cost"},
        {axis + R"(, "metrics": ["p99 total for class=chat"])", "study.json: metrics", "chat"},
        {axis + R"(, "design": "sobol")", "study.json", "points"},
        {axis + R"(, "points": 5)", "study.json: points", "sobol"},
        {axis + R"(, "design": "list")", "study.json", "no points"},
        {axis + R"(, "constraints": ["concurrency"])", "study.json: constraints[0]", "compares nothing"},
        {axis + R"(, "constraints": ["workers < 3"])", "study.json: constraints[0]", "no axis"},
        {axis + R"(, "replications": 0)", "study.json: replications", "out of range"},
        {axis + R"(, "vary": "lukc")", "study.json: vary", "luck"},
        {axis + R"(, "watched": ["cost"])", "study.json: watched", "precision"},
        {axis + R"(, "precision": "2%", "watched": ["p50"], "metrics": ["cost"])", "study.json: watched[0]",
         "p50"},
        {axis + R"(, "axis": 1)", "study.json", "axis"},
    };
    for (const BadStudy& one : cases) {
        INFO(one.members);
        try {
            static_cast<void>(rig.study(one.members));
            FAIL("no error");
        } catch (const InputError& error) {
            CHECK_THAT(error.where(), Catch::StartsWith(one.where));
            CHECK_THAT(std::string(error.what()), Catch::Contains(one.says));
        }
    }
    // A scenario that is wrong by itself is told as such.
    write_text(rig.folder / "small.json", StudyRig::scenario_text("scale-to-zero", "scale-to-zreo"));
    CHECK_THROWS_WITH(rig.study(axis), Catch::Contains("small.json: pools[0].policy"));
}

TEST_CASE("one run of a point is the scenario's own draw", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(kAxis);
    CHECK(study.points.size() == 2);
    CHECK_FALSE(study.rule.vary.any());
    CHECK(study.metrics.size() == default_metrics().size());
}

TEST_CASE("precision asks for ten runs at least and a bound at most", "[app][study]") {
    const StudyRig rig;
    const Study study = rig.study(
        std::string(kAxis) + R"(, "precision": "5%", "max_replications": 40, "metrics": ["cost", "p99"])");
    CHECK(study.rule.first == kFirstLook);
    CHECK(study.rule.most == 40);
    CHECK(study.rule.watched == std::vector<std::size_t>{0});
    CHECK(study.rule.vary.any());
}

TEST_CASE("a study is known by the traces that its axes name", "[app][study]") {
    const StudyRig rig;
    const char* const axis = R"("axes": [{"name": "day", "variants": [{"name": "a", "set":
        {"traffic": [{"source": "csv", "file": "a.csv"}]}}]}])";
    write_text(rig.folder / "a.csv", "t_s,input_tokens,output_tokens\n1,10,10\n2,10,10\n");
    const std::string before = rig.study(axis).identity;
    CHECK(rig.study(axis).identity == before);
    write_text(rig.folder / "a.csv", "t_s,input_tokens,output_tokens\n1,10,10\n3,10,10\n");
    CHECK(rig.study(axis).identity != before);
}

TEST_CASE("a study is known by its scenario and its traffic", "[app][study]") {
    const StudyRig rig;
    const std::string before = rig.study(kAxis).identity;
    CHECK(rig.study(kAxis).identity == before);
    write_text(rig.folder / "small.json", StudyRig::scenario_text(R"("0.3/s")", R"("0.4/s")"));
    CHECK(rig.study(kAxis).identity != before);
}

}  // namespace spillway::tests
