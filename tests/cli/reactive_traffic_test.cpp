#include <algorithm>
#include <string>
#include <vector>

#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

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

}  // namespace
}  // namespace spillway::tests
