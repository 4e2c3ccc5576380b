// Requests of several stages, as a user writes them and reads of them.
#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

/// The small scenario with these stages.
std::string with_stages(const std::string& stages, const std::string& more = "") {
    return small_scenario("\"traffic\"", R"("flows": [{"name": "rag", )" + more + "\"stages\": [" + stages +
                                             "]}], \"traffic\"");
}

void require_stages_refused(const std::string& stages, std::vector<std::string> parts,
                            const std::string& more = "") {
    const User user;
    user.writes("day.json", with_stages(stages, more));
    parts.emplace_back("day.json");
    require_refused(user, "run day.json", parts);
}

TEST_CASE("the report has a row for each stage, and the JSON its figures", "[cli][flow]") {
    const User user;
    user.writes("day.json", with_stages(R"({"name": "join", "pool": "gpu", "after": ["left", "right"]},
        {"name": "left", "pool": "gpu", "after": []}, {"name": "right", "after": [], "share": "30%"})"));
    const ProcessResult text = user.runs("run day.json");
    INFO(text.err);
    REQUIRE(text.status == 0);
    for (const char* word : {"stage", "left", "right", "join", "by route", "calls"})
        CHECK_THAT(text.out, contains_text(word));
    const Json result = Json::parse(user.runs("run day.json --json -").out);
    const Json& stages = result["stages"];
    REQUIRE(stages.size() == 3);
    CHECK(stages[0]["stage"] == "left");
    CHECK(stages[1]["stage"] == "right");
    CHECK(stages[2]["stage"] == "join");
    const auto requests = result["all"]["requests"]["offered"].get<double>();
    CHECK(stages[0]["calls"] == requests);
    CHECK(stages[2]["calls"] == requests);
    // Binomial of some 300 requests, five standard deviations of 2.6%; the seed is fixed.
    CHECK(stages[1]["calls"].get<double>() / requests == Approx(0.3).margin(0.13));
    CHECK(stages[0]["mean_service_s"] == 0.8);
    // The worker's calls are the bill's: each stage is one.
    CHECK(result["all"]["total"]["min_s"].get<double>() >= 1.6);
}

TEST_CASE("without flows nothing speaks of stages", "[cli][flow]") {
    const User user;
    user.writes("day.json", small_scenario());
    CHECK_FALSE(Json::parse(user.runs("run day.json --json -").out).contains("stages"));
}

TEST_CASE("stages that wait for each other are printed as a circle", "[cli][flow]") {
    require_stages_refused(R"({"name": "a", "after": ["c"]}, {"name": "b"}, {"name": "c"})",
                           {"flows[0].stages", "in a circle: a -> b -> c -> a", "after"});
    require_stages_refused(R"({"name": "a", "after": ["a"]})", {"in a circle: a -> a"});
}

TEST_CASE("a stage that names what is not there is refused by its place", "[cli][flow]") {
    require_stages_refused(R"({"name": "a", "pool": "gpus"})",
                           {"flows[0].stages[0].pool", "unknown pool \"gpus\"", "gpu"});
    require_stages_refused(R"({"name": "embed"}, {"name": "b", "after": ["embde"]})",
                           {"flows[0].stages[1].after[0]", "unknown stage \"embde\"", "embed"});
    require_stages_refused(R"({"name": "a"}, {"name": "a"})",
                           {"flows[0].stages[1]", "two stages are named \"a\""});
    require_stages_refused(R"({"name": "a"}, {"name": "b", "after": ["a", "a"]})", {"\"a\" is named twice"});
    require_stages_refused(R"({"name": "a"})", {"flows[0].class", "unknown class \"chatt\"", "chat"},
                           R"("class": "chatt", )");
}

TEST_CASE("stages that make no request are refused", "[cli][flow]") {
    require_stages_refused("", {"flows[0].stages", "is empty"});
    require_stages_refused(R"({"name": "a", "share": 0.5})", {"a request may take none of the stages"});
    require_stages_refused(R"({"name": "a", "share": 1.5})", {"flows[0].stages[0].share"});
    require_stages_refused(R"({"name": "a", "streams": true}, {"name": "b", "streams": true})",
                           {"flows[0].stages[1]", "two stages stream"});
    require_stages_refused(R"({"name": "a", "input_factor": -1})", {"flows[0].stages[0].input_factor"});
    require_stages_refused(R"({"name": "a", "service_factor": -1})", {"flows[0].stages[0].service_factor"});
    require_stages_refused(R"({"name": "a", "pol": "gpu"})", {"flows[0].stages[0]", "pool"});
}

TEST_CASE("a class goes through one flow", "[cli][flow]") {
    const User user;
    user.writes("day.json",
                small_scenario("\"traffic\"", R"("flows": [{"name": "a", "stages": [{"name": "x"}]},
        {"name": "b", "stages": [{"name": "x"}]}], "traffic")"));
    require_refused(user, "run day.json", {"flows[1].class", "two flows are of this class"});
}

TEST_CASE("a job that is polled for has its answer at a poll, and does not stream", "[cli][flow]") {
    const User user;
    user.writes("day.json", small_scenario(R"("name": "chat")", R"("name": "chat", "poll": "5s")"));
    const Json total = Json::parse(user.runs("run day.json --json -").out)["all"]["total"];
    CHECK(total["min_s"] == 5.0);
    user.writes("bad.json",
                small_scenario(R"("name": "chat")", R"("name": "chat", "poll": "5s", "streaming": true)"));
    require_refused(user, "run bad.json", {"classes[0].streaming", "does not stream"});
    user.writes("zero.json", small_scenario(R"("name": "chat")", R"("name": "chat", "poll": "0s")"));
    require_refused(user, "run zero.json", {"classes[0].poll", "is 0"});
}

}  // namespace
}  // namespace spillway::tests
