// The bill of the months ahead, as a user asks for it.
#include "tests/cli/cli_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// $4 an hour around the clock.
constexpr std::string_view kTwoWorkers = R"({"name": "two", "horizon": "1w", "warm_up": "0s",
    "start": "2027-01-04T00:00", "traffic": [{"source": "poisson", "rate": "20/h"}],
    "pools": [{"name": "p", "gpu": "L4", "workers": {"max": 4}, "policy": {"name": "fixed", "workers": 2},
               "service": {"model": "fixed", "time": {"exponential": {"mean": "4s"}}}, "price": "$2/h"}]})";

}  // namespace

TEST_CASE("forecast answers in its first line, and CSV has a row a month", "[cli][forecast]") {
    const User user;
    user.writes("two.json", kTwoWorkers);
    const ProcessResult text = user.runs(
        "forecast two.json --months 4 --growth 10%/month --season mar=2 --event 'month 2: x3 for 2d' "
        "--budget '$2879.99' --lead 2 --replications 2 --csv f.csv --json f.json");
    INFO(text.err);
    REQUIRE(text.status == 0);
    CHECK(lines_of(text.out).front() ==
          "two: a month costs $2,880.00 now and $2,880.00 in month 4 (P95 $2,880.00); "
          "the first that exceeds $2,879.99 more likely than not is month 1");
    CHECK_THAT(text.out, contains_text("what varies: luck, traffic and model error"));
    const std::vector<std::string> rows = lines_of(user.reads("f.csv"));
    REQUIRE(rows.size() == 1 + 4);
    CHECK(cells_of(rows[0]).size() == cells_of(rows[3]).size());
    CHECK(cells_of(rows[3]).at(1) == "2027-03");
    CHECK(std::stod(cells_of(rows[3]).at(2)) == Approx(2 * 1.1 * 1.1));
    CHECK(cells_of(rows[3]).at(3) == "2880");
    CHECK_THAT(user.reads("f.json"), contains_text(R"("quota_months": 2)"));
}

TEST_CASE("a forecast has the same bytes on one thread and on two", "[cli][forecast]") {
    const User user;
    user.writes("two.json", kTwoWorkers);
    const std::string ask = "forecast two.json --months 2 --growth 50%/month --replications 3 --json - ";
    const ProcessResult one = user.runs(ask + "--threads 1");
    const ProcessResult two = user.runs(ask + "--threads 2");
    REQUIRE(one.status == 0);
    CHECK(one.out == two.out);
    CHECK_THAT(one.out, contains_text(R"("windows_a_month": 4)"));
}

TEST_CASE("what a forecast cannot mean is told", "[cli][forecast]") {
    const User user;
    user.writes("two.json", kTwoWorkers);
    user.writes("day.json", small_scenario());
    require_refused(user, "forecast", {"takes one scenario"});
    require_refused(user, "forecast day.json", {"day.json", "no month can be told", "month_shape"});
    require_refused(user, "forecast two.json --months 0", {"--months"});
    require_refused(user, "forecast two.json --months 121", {"--months", "120"});
    require_refused(user, "forecast two.json --growth 10%", {"--growth", "10%/month"});
    require_refused(user, "forecast two.json --season dez=2", {"--season", "dec"});
    require_refused(user, "forecast two.json --event 'month 3 x4'", {"--event", "month 3: x4 for 2d"});
    require_refused(user, "forecast two.json --event 'month 13: x4 for 2d'", {"--event", "--months"});
    require_refused(user, "forecast two.json --event '2026-12: x4 for 2d'", {"--event", "in none"});
    require_refused(user, "forecast two.json --from 2027", {"--from", "2027-01"});
    require_refused(user, "forecast two.json --budget lots", {"--budget", "$5000"});
    require_refused(user, "forecast two.json --lead 13", {"--lead", "12"});
    require_refused(user, "forecast two.json --replications 1", {"--replications", "2 or more"});
    require_refused(user, "forecast two.json --vary luck --model-draws 3", {"--model-draws", "--vary"});
    require_refused(user, "forecast two.json --vary luck --block 1h", {"--block", "--vary"});
    require_refused(user, "forecast two.json --csv - --json -", {"standard output"});
}

TEST_CASE("load that waits for answers cannot grow", "[cli][forecast]") {
    const User user;
    user.writes("loop.json", R"({"name": "loop", "horizon": "1w", "warm_up": "0s",
        "traffic": [{"source": "closed-loop", "clients": 1, "think_time": "10m"}],
        "pools": [{"name": "p", "workers": {"max": 4}, "policy": {"name": "fixed", "workers": 2},
                   "service": {"model": "fixed", "time": "4s"}, "price": "$2/h"}]})");
    require_refused(user, "forecast loop.json --growth 10%/month --replications 2",
                    {"loop.json", "waits for answers"});
    const ProcessResult flat = user.runs("forecast loop.json --months 1 --replications 2");
    INFO(flat.err);
    CHECK(flat.status == 0);
}

}  // namespace spillway::tests
