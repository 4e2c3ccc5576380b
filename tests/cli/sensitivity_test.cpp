// Which input moves the answer, as a user asks for it.
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {

TEST_CASE("sensitivity answers in its first line, and CSV has a row a metric and field",
          "[cli][sensitivity]") {
    const User user;
    user.writes("day.json", small_scenario());
    const ProcessResult text = user.runs(
        "sensitivity day.json --field 'pools[gpu].policy.idle_timeout=1s..60s' --field "
        "'pools[gpu].queue.max_wait=30m..1h' --replications 3 --morris 2 --csv s.csv --json s.json");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK(lines_of(text.out).front() ==
          "small: cost depends most on pools[gpu].policy.idle_timeout; "
          "p99 total depends most on pools[gpu].policy.idle_timeout");
    const std::vector<std::string> rows = lines_of(user.reads("s.csv"));
    REQUIRE(rows.size() == 1 + 2 * 2);
    CHECK(cells_of(rows[1]).at(1) == "pools[gpu].policy.idle_timeout");
    CHECK(cells_of(rows[1]).at(3) == "5s");
    CHECK(cells_of(rows[2]).at(8) == "0");
}

TEST_CASE("what sensitivity cannot move is told", "[cli][sensitivity]") {
    const User user;
    user.writes("day.json", small_scenario());
    require_refused(user, "sensitivity", {"takes one scenario"});
    require_refused(user, "sensitivity day.json --field 'pools[gpu].concurrency'",
                    {"--field", "PATH=LOW..HIGH"});
    require_refused(user, "sensitivity day.json --field 'pools[gup].concurrency=1..2'", {"--field", "gpu"});
    require_refused(user, "sensitivity day.json --field 'pools[gpu].concurency=1..2'", {"concurrency"});
    require_refused(user, "sensitivity day.json --field 'pools[gpu].policy.idle_timeout=1s..2GB'",
                    {"--field", "different things"});
    require_refused(user, "sensitivity day.json --field 'a=1..2' --field 'a=1..3'", {"--field", "twice"});
    require_refused(user, "sensitivity day.json --metric cots", {"--metric", "cost"});
    require_refused(user, "sensitivity day.json --levels 4", {"--levels", "--morris"});
    require_refused(user, "sensitivity day.json --morris 2 --levels 3", {"--levels", "even"});
    require_refused(user, "sensitivity day.json --replications 1", {"--replications", "2 or more"});
}

}  // namespace spillway::tests
