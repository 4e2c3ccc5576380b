#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using Json = nlohmann::json;

TEST_CASE("clients that wait for answers hear them: a closed loop goes round", "[cli]") {
    // Two clients, each 1 s of thought and 1 s of service: a request every second, 600 in ten minutes.
    const User user;
    user.writes("loop.json", R"({"horizon": "10m", "warm_up": "10s",
        "traffic": [{"source": "closed-loop", "clients": 2, "think_time": "1s"}],
        "pools": [{"name": "gpu", "concurrency": 2, "workers": {"max": 1}, "policy": {"name": "fixed", "workers": 1},
                   "service": {"model": "fixed", "time": "1s"}}]})");
    const ProcessResult result = user.runs("run loop.json --csv -");
    REQUIRE(result.status == 0);
    const std::vector<std::string> header = cells_of(lines_of(result.out).at(0));
    const std::vector<std::string> row = cells_of(lines_of(result.out).at(1));
    const auto column = std::find(header.begin(), header.end(), "offered") - header.begin();
    const int offered = std::stoi(row.at(static_cast<std::size_t>(column)));
    CHECK(offered >= 598);
    CHECK(offered <= 602);
}

TEST_CASE("a session that stays on its worker finds more of its prompts computed", "[cli][traffic]") {
    const User user;
    const auto cached = [&](const std::string& route) {
        user.writes("chat.json", R"({"horizon": "1h", "warm_up": "0s", "traffic": [{"source": "sessions",
            "rate": "0.05/s", "turns": {"uniform": {"min": 2, "max": 10}}, "think_time": "15s",
            "system_tokens": 500, "block_tokens": 16, "input_tokens": 200, "output_tokens": 150}],
            "pools": [{"name": "p", "gpu": "H100", "workers": {"max": 4}, "concurrency": 16, "binding": "push",
            "policy": {"name": "fixed", "workers": 4}, "price": "$1/h",
            "service": {"model": "llm", "llm": "Llama-3.1-8B", "prefix_unit": 16}, "route": ")" +
                                     route + "\"}]}");
        const ProcessResult result = user.runs("run chat.json --json -");
        INFO(result.err);
        REQUIRE(result.status == 0);
        return Json::parse(result.out)["pools"][0]["engine"]["cached_share"].get<double>();
    };
    // With four workers a next turn comes to the one that served the last in a quarter of the cases.
    CHECK(cached("session-affinity") > cached("least-loaded") + 0.1);
    CHECK(cached("session-affinity") > 0.75);
}

}  // namespace
}  // namespace spillway::tests
