// What would save money, as a user asks for it.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

constexpr const char* kQuick = "--only idle-timeout --only keep-warm --only spot --replications 5";

std::string advise(const std::string& more) { return std::string("advise day.json ") + kQuick + " " + more; }

}  // namespace

TEST_CASE("advice answers in its first line, and ends with what was not tried", "[cli][advise]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult text = user.runs(advise(""));
    INFO(text.err);
    REQUIRE(text.status == 0);
    const std::vector<std::string> lines = lines_of(text.out);
    CHECK_THAT(lines.front(), Catch::StartsWith("Most money: ") || Catch::StartsWith("Nothing of what"));
    CHECK_THAT(lines.back(), contains_text("spot instances: no class has a \"deadline\""));
    CHECK_THAT(text.out, contains_text("assumed, and in no interval"));
}

TEST_CASE("advice has the same bytes for any number of threads", "[cli][advise]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult one = user.runs(advise("--threads 1 --csv one.csv --json one.json"));
    const ProcessResult two = user.runs(advise("--threads 2 --csv two.csv --json two.json"));
    REQUIRE(one.status == 0);
    CHECK(one.out == two.out);
    CHECK(user.reads("one.csv") == user.reads("two.csv"));
    CHECK(user.reads("one.json") == user.reads("two.json"));
}

TEST_CASE("CSV and JSON have a row a saving with the same figures", "[cli][advise]") {
    const User user;
    user.writes("day.json", small_scenario());
    REQUIRE(user.runs(advise("--csv a.csv --json a.json")).status == 0);
    const Json json = Json::parse(user.reads("a.json"));
    CHECK(json["schema"] == "spillway.advice/1");
    REQUIRE(json["savings"].size() == 3);
    const std::vector<std::string> rows = lines_of(user.reads("a.csv"));
    const std::size_t sums = json["together"].is_null() ? 0 : 1;
    REQUIRE(rows.size() == 1 + sums + 3);
    const auto idle = std::find_if(json["savings"].begin(), json["savings"].end(),
                                   [](const Json& one) { return one["saving"] == "idle-timeout"; });
    REQUIRE(idle != json["savings"].end());
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [](const std::string& one) { return one.starts_with("idle-timeout,"); });
    REQUIRE(row != rows.end());
    const Json& confirmed = (*idle)["confirmed"];
    CHECK(cells_of(*row).at(1) == confirmed["setting"]);
    CHECK(cells_of(*row).at(2) == confirmed["objectives"]);
    CHECK(std::stod(cells_of(*row).at(3)) == Approx(confirmed["saved_per_hour_usd"]["mean"].get<double>()));
    const Json& last = json["savings"][2];
    CHECK(last["saving"] == "spot");
    CHECK(last["confirmed"].is_null());
    CHECK_FALSE(last["not_tried"].get<std::string>().empty());
}

TEST_CASE("what advice writes is a scenario that runs", "[cli][advise]") {
    const User user;
    user.writes("day.json", small_scenario());
    REQUIRE(user.runs("advise day.json --only idle-timeout --replications 3 --write .").status == 0);
    const ProcessResult run = user.runs("run idle-timeout.json");
    INFO(run.err);
    CHECK(run.status == 0);
    CHECK_THAT(run.out, contains_text("\nsmall: 5s -> "));
}

TEST_CASE("the list of savings has every name with what it assumes", "[cli][advise]") {
    const ProcessResult list = User().runs("list savings");
    REQUIRE(list.status == 0);
    for (const char* name :
         {"scale-to-zero", "idle-timeout", "keep-warm", "spike-buffer", "micro-batching", "concurrency",
          "smaller-model", "quantised-model", "token-cap", "summarised-history", "light-to-heavy",
          "token-api", "other-gpu", "snapshot", "weight-cache", "spot"})
        CHECK_THAT(list.out, contains_text(std::string("  ") + name + " "));
}

TEST_CASE("what advice cannot be asked is told", "[cli][advise]") {
    const User user;
    user.writes("day.json", small_scenario());
    require_refused(user, "advise", {"takes one scenario"});
    require_refused(user, "advise day.json --only idle-timout", {"--only", "idle-timeout"});
    require_refused(user, "advise day.json --skip nothing", {"--skip", "saving"});
    require_refused(user, "advise day.json --only spot --skip spot", {"--skip", "without --only"});
    require_refused(user, "advise day.json --only spot --answer-cap 100", {"--answer-cap", "token-cap"});
    require_refused(user, "advise day.json --skip light-to-heavy --escalated 10%", {"--escalated"});
    require_refused(user, "advise day.json --escalated 120%", {"--escalated", "no share"});
    require_refused(user, "advise day.json --answer-cap 0", {"--answer-cap"});
    require_refused(user, "advise day.json --replications 1", {"--replications"});
    require_refused(user, "advise day.json --vary weather", {"--vary", "luck"});
    require_refused(user, "advise day.json --write nowhere", {"--write", "no folder"});
    require_refused(user, "advise day.json --json - --csv -", {"standard output"});
    require_refused(user, "advise day.json --slo 'p95 total > 2s'", {"--slo"});
    user.writes("free.json", small_scenario(R"(,
    "price": "$0.80/h")",
                                            ""));
    require_refused(user, "advise free.json", {"no price"});
}

}  // namespace spillway::tests
