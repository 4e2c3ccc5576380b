#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

/// Two requests of 1 s, 10 s apart; a start of 20 s, 30 s to answer and a dollar a second.
std::string two_requests(const std::string& policy, const std::string& slo = R"("p99 total < 30s")") {
    return R"({"name": ")" + policy + R"(", "horizon": "10m", "warm_up": "0s", "slo": [)" + slo + R"(],
        "traffic": [{"source": "csv", "file": "day.csv", "align": "as-written",
                     "input_column": "none", "output_column": "none"}],
        "pools": [{"name": "gpu", "initial": "empty", "workers": {"max": 4}, "price": "$1/s",
            "service": {"model": "fixed", "time": "1s"}, "startup": [{"phase": "container", "time": "20s"}],
            "policy": ")" +
           policy + R"("}]})";
}

void write_day(const User& user) { user.writes("day.csv", "t_s\n100\n110\n"); }

TEST_CASE("bound says in its first line what was possible, and compares each scenario with it",
          "[cli][bound]") {
    const User user;
    write_day(user);
    user.writes("a.json", two_requests("scale-to-zero"));
    user.writes("b.json", two_requests("keep-warm"));
    const ProcessResult text = user.runs("bound a.json b.json");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK_THAT(text.out, contains_text("No policy pays less than $22.00 for this traffic; the best known "
                                       "clairvoyant schedule pays $22.00"));
    REQUIRE(user.runs("bound a.json b.json --json out.json").status == 0);
    const Json json = Json::parse(user.reads("out.json"));
    CHECK(json["schema"] == "spillway.bound/1");
    CHECK(json["floor"]["cost_usd"].get<double>() == Approx(22));
    CHECK(json["best_known"]["cost_usd"] == 22);
    REQUIRE(json["scenarios"].size() == 2);
    CHECK(json["scenarios"][0]["scenario"] == "scale-to-zero");
    CHECK(json["scenarios"][0]["above_floor"].get<double>() > 1);
}

TEST_CASE("bound refuses what it cannot bound", "[cli][bound]") {
    const User user;
    write_day(user);
    user.writes("a.json", two_requests("scale-to-zero"));
    user.writes("b.json", two_requests("keep-warm", R"("p99 total < 31s")"));
    user.writes("none.json", two_requests("scale-to-zero", ""));
    require_refused(user, "bound", {"spillway bound: names no scenario"});
    require_refused(user, "bound a.json b.json", {"b.json", "has other classes or objectives than a.json"});
    require_refused(user, "bound none.json", {"none.json", "has no objective"});
}

}  // namespace
}  // namespace spillway::tests
