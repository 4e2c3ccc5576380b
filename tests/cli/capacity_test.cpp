// What one worker carries, as a user asks for it.
#include <nlohmann/json.hpp>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("capacity answers in its first line, and JSON and CSV say the same", "[cli][capacity]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult text = user.runs("capacity day.json --requests 300 --json c.json --csv c.csv");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK_THAT(lines_of(text.out).front(), Catch::StartsWith("small: one worker of \"gpu\" serves up to "));
    const auto json = nlohmann::json::parse(user.reads("c.json"));
    const auto& worker = json.at("workers").at(0);
    const std::vector<std::string> rows = lines_of(user.reads("c.csv"));
    CHECK(rows.size() == 1 + worker.at("by_clients").size() + worker.at("by_rate").size() + 1);
    const std::vector<std::string> knee = cells_of(rows.back());
    CHECK(knee.at(3) == "knee");
    CHECK(std::stod(knee.at(4)) == worker.at("knee").at("holds_per_second").get<double>());
    CHECK(user.runs("capacity day.json --requests 300 --json -").out == user.reads("c.json"));
}

TEST_CASE("a model that a GPU cannot hold is listed with the reason", "[cli][capacity]") {
    const User user;
    user.writes("day.json",
                small_scenario(R"("service": {"model": "fixed", "time": "800ms"})",
                               R"("service": {"model": "llm", "llm": "Llama-3.1-8B", "precision": "bf16"})"));
    const ProcessResult text =
        user.runs("capacity day.json --requests 100 --replications 2 --gpus T4,H100 --precisions bf16,fp8");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK_THAT(text.out, Catch::Contains("no such worker: ") && Catch::Contains("H100 fp8"));
}

TEST_CASE("what capacity cannot measure is told", "[cli][capacity]") {
    const User user;
    user.writes("day.json", small_scenario());
    require_refused(user, "capacity", {"takes one scenario"});
    require_refused(user, "capacity day.json --worker gup", {"--worker", "gup", "gpu"});
    require_refused(user, "capacity day.json --class chta", {"--class", "chat"});
    require_refused(user, "capacity day.json --slo 'p95 tfft < 2s'", {"--slo", "ttft"});
    require_refused(user, "capacity day.json --gpus H100", {"--gpus", "service \"llm\""});
    require_refused(user, "capacity day.json --replications 1", {"--replications", "2 or more"});
    user.writes("llm.json", small_scenario(R"("service": {"model": "fixed", "time": "800ms"})",
                                           R"("service": {"model": "llm", "llm": "Llama-3.1-8B"})"));
    require_refused(user, "capacity llm.json --gpus H1000", {"--gpus", "H100"});
    require_refused(user, "capacity llm.json --precisions fp9", {"--precisions", "fp8"});
}

}  // namespace spillway::tests
