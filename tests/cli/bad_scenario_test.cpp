#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

void require_scenario_refused(std::string_view from, std::string_view to, std::vector<std::string> parts) {
    const User user;
    user.writes("day.json", small_scenario(from, to));
    parts.emplace_back("day.json");
    require_refused(
        user, "run day.json --json result.json --csv result.csv --requests rows.csv --timeline line.csv",
        parts);
}

TEST_CASE("the small scenario of these tests runs", "[cli]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult result = user.runs("run day.json");
    INFO(result.err);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
}

TEST_CASE("a scenario that is not there, is a folder or is not JSON is refused by its name", "[cli]") {
    const User user;
    user.writes("broken.json", "{\n  \"name\": \"x\",\n  \"seed\": ,\n}\n");
    user.writes("list.json", "[]");
    user.writes("twice.json", "{\"seed\": 1, \"seed\": 2}");
    require_refused(user, "run missing.json", {"missing.json", "no such file"});
    require_refused(user, "run .", {"is a directory", "name the file in it"});
    require_refused(user, "run broken.json", {"broken.json:3", "not JSON"});
    require_refused(user, "run list.json", {"list.json", "object"});
    require_refused(user, "run twice.json", {"twice.json", "\"seed\" is given twice"});
    require_refused(user, "run ''", {"name of a file is empty"});
    require_refused(user, "run", {"names no scenario", "SCENARIO.json"});
}

TEST_CASE("a number with a unit left out is refused with its path and the units", "[cli]") {
    require_scenario_refused(R"("10m")", "600", {"horizon", "the unit is missing", "ms"});
    require_scenario_refused(R"("5s")", "\"5\"", {"pools[0].policy.idle_timeout", "the unit is missing"});
    require_scenario_refused(R"("0.5/s")", "0.5", {"traffic[0].rate", "the unit is missing", "/min"});
    require_scenario_refused("$0.80/h", "$0.80", {"pools[0].price", "lacks its unit", "$2.49/h"});
}

TEST_CASE("a route that asks engines is refused where the pool's service has none", "[cli]") {
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": 2, "route": "prefix-affinity")",
                             {"pools[0].route", "asks engines for their tokens", "least-loaded"});
}

TEST_CASE("text, NaN and negative values are refused where a number belongs", "[cli]") {
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": "two")",
                             {"pools[0].concurrency", "whole number"});
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": NaN)",
                             {"day.json:10", "not JSON", "N'"});
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": 1e999)", {"day.json", "1e999"});
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": -2)", {"pools[0].concurrency"});
    require_scenario_refused(R"("concurrency": 2)", R"("concurrency": 0)",
                             {"pools[0].concurrency", "1 or more"});
    require_scenario_refused(R"("800ms")", R"("-800ms")", {"pools[0].service.time", "negative"});
    require_scenario_refused(R"("10m")", R"("-10m")", {"horizon", "-10m", "0 or more"});
    require_scenario_refused(R"("0.5/s")", R"("-0.5/s")", {"traffic[0].rate", "negative"});
    require_scenario_refused(R"("0.5/s")", R"("nan/s")", {"traffic[0].rate"});
}

TEST_CASE("an unknown key is refused with the nearest known one", "[cli]") {
    require_scenario_refused(R"("horizon")", R"("horizn")", {"horizn", "\"horizon\""});
    require_scenario_refused(R"("idle_timeout")", R"("idle_time_out")", {"pools[0].policy", "idle_timeout"});
    require_scenario_refused(R"("concurrency")", R"("concurency")", {"pools[0]", "\"concurrency\""});
    require_scenario_refused(R"("max": 4)", R"("max": 4, "mix": 0)", {"pools[0].workers", "mix"});
}

TEST_CASE("an unknown policy, model, source, GPU or price is refused with the nearest one", "[cli]") {
    require_scenario_refused("scale-to-zero", "scale-to-zer", {"pools[0].policy", "scale-to-zero"});
    require_scenario_refused("fixed\", \"time\"", "fixd\", \"time\"", {"pools[0].service.model", "fixed"});
    require_scenario_refused("\"poisson\"", "\"poison\"", {"traffic[0].source", "poisson"});
    require_scenario_refused("\"L4\"", "\"L44\"", {"pools[0].gpu", "L4"});
    require_scenario_refused(R"("$0.80/h")", R"({"catalog": "runpod-serverless-flex/L5"})",
                             {"pools[0].price", "runpod-serverless-flex/L"});
}

TEST_CASE("a price of another GPU than the pool's is refused with both", "[cli]") {
    require_scenario_refused(R"("$0.80/h")", R"({"catalog": "modal/H100"})",
                             {"pools[0].price", "\"modal/H100\" is a price of \"H100\"",
                              "the pool's \"gpu\" is \"L4\"", "spillway list prices --gpu L4"});
}

TEST_CASE("a negative price is refused", "[cli]") {
    require_scenario_refused("$0.80/h", "-$0.80/h", {"pools[0].price", "negative"});
}

TEST_CASE("limits that contradict each other are refused", "[cli]") {
    require_scenario_refused(R"("min": 0, "max": 4)", R"("min": 5, "max": 4)",
                             {"pools[0].workers", "5", "4"});
    require_scenario_refused(R"("max": 4)", R"("max": 0)", {"pools[0].workers.max", "1 or more"});
    require_scenario_refused(R"({"name": "scale-to-zero", "idle_timeout": "5s"})",
                             R"({"name": "fixed", "workers": 9})", {"pools[0].policy.workers", "9"});
    require_scenario_refused(R"({"name": "scale-to-zero", "idle_timeout": "5s"})",
                             R"({"name": "fixed", "workers": -1})", {"pools[0].policy.workers"});
}

TEST_CASE("an objective that cannot be read is refused where it stands", "[cli]") {
    require_scenario_refused("p95 total < 30s", "p95 totl < 30s", {"classes[0].slo[0]", "total"});
    require_scenario_refused("p95 total < 30s", "p95 total < 30", {"classes[0].slo[0]"});
}

TEST_CASE("files that extend each other are refused", "[cli]") {
    const User user;
    user.writes("a.json", R"({"extends": "b.json"})");
    user.writes("b.json", R"({"extends": "a.json"})");
    user.writes("c.json", R"({"extends": "nothing.json"})");
    require_refused(user, "run a.json", {"a.json", "extends itself"});
    require_refused(user, "run c.json", {"nothing.json", "no such file"});
}

TEST_CASE("a file that is not there is refused with the scenario and the member that name it", "[cli]") {
    const auto named = [](const std::string& member) { return small_scenario().replace(1, 0, member + ","); };
    const User user;
    user.writes("prices.json", named(R"("prices": "none.json")"));
    user.writes("profiles.json", named(R"("gpu_profiles": ["none.json"])"));
    user.writes("extends.json", R"({"extends": "none.json"})");
    user.writes("zones.json", named(R"("zones": [{"name": "a", "availability": "none.json"}])"));
    require_refused(user, "run prices.json", {"prices.json: prices: \"none.json\": there is no such file"});
    require_refused(user, "run profiles.json",
                    {"profiles.json: gpu_profiles: \"none.json\": there is no such"});
    require_refused(user, "run extends.json",
                    {"extends.json: extends: \"none.json\": there is no such file"});
    require_refused(user, "run zones.json",
                    {"zones.json: zones[0].availability: \"none.json\": there is no"});
}

TEST_CASE("what is missing, or does not fit, is refused with the file that lacks it", "[cli]") {
    require_scenario_refused(R"("policy": {"name": "scale-to-zero", "idle_timeout": "5s"},)", "",
                             {"day.json: pools[0]: \"policy\" is missing"});
    require_scenario_refused(R"("gpu": "L4",)", R"("gpu": "L4", "gpus": {"per_worker": 2}, "supply": "s",)",
                             {"unknown supply \"s\"", "there is none to choose from"});
    const User user;
    const std::string supply = R"("supplies": [{"name": "s", "gpus": 1}],)";
    user.writes("fits.json",
                small_scenario(R"("gpu": "L4",)", R"("gpu": "L4", "gpus": {"per_worker": 2}, "supply": "s",)")
                    .replace(1, 0, supply));
    require_refused(user, "run fits.json",
                    {"fits.json: pool gpu", "an instance of 2 GPUs does not fit supply s"});
}

TEST_CASE("an unknown policy may be a plug-in's, and an unknown price is answered with the near ones",
          "[cli]") {
    require_scenario_refused("scale-to-zero", "drain-time", {"pools[0].policy", "--plugin"});
    const User user;
    user.writes("price.json", small_scenario(R"("$0.80/h")", R"({"catalog": "H100-cheap"})"));
    require_refused(user, "run price.json", {"unknown price", "spillway list prices"});
    CHECK(user.runs("run price.json").err.size() < 400);
}

}  // namespace
}  // namespace spillway::tests
