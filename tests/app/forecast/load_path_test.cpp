// Growth, season and events: the load of each month ahead.
#include "app/forecast/load_path.hpp"

#include <cmath>

#include "app/forecast/usage_counters.hpp"
#include "app/study/growth.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

using std::chrono::hours;

Scenario month_scenario() {
    Scenario scenario;
    scenario.month = hours{720};
    scenario.wall_clock = 1'798'761'600;  // 2027-01-01
    return scenario;
}

}  // namespace

TEST_CASE("growth multiplies the load month by month", "[app][forecast]") {
    ForecastRules rules;
    rules.growth = parse_growth("10%/month", "g");
    const std::vector<MonthLoad> months = plan_loads(rules, month_scenario(), false);
    REQUIRE(months.size() == 12);
    for (std::size_t m = 0; m < months.size(); ++m) {
        CHECK(months[m].load == Approx(std::pow(1.1, static_cast<double>(m))));
        CHECK(months[m].spans == std::vector<LoadSpan>{{months[m].load, hours{720}}});
        CHECK_FALSE(months[m].calendar);
    }
    CHECK(months[0].load == 1);
    CHECK(loads_of(months).size() == 12);
}

TEST_CASE("a season falls on its month of the calendar, whichever month is the first", "[app][forecast]") {
    ForecastRules rules;
    rules.months = 14;
    parse_season("dec=1.5", "s", rules.season);
    parse_season("feb=50%", "s", rules.season);
    const std::vector<MonthLoad> from_start = plan_loads(rules, month_scenario(), true);
    CHECK(from_start[0].calendar->text() == "2027-01");
    CHECK(from_start[1].load == 0.5);
    CHECK(from_start[11].load == 1.5);
    CHECK(from_start[13].load == 0.5);
    CHECK(loads_of(from_start) == std::vector<double>{0.5, 1, 1.5});
    rules.from = parse_calendar_month("2026-12", "f");
    CHECK(plan_loads(rules, month_scenario(), true)[0].load == 1.5);
    CHECK(plan_loads(rules, month_scenario(), false)[1].calendar->text() == "2027-01");
    rules.from.reset();
    CHECK_THROWS_AS(plan_loads(rules, month_scenario(), false), InputError);
}

TEST_CASE("an event takes its time from its month, by number or by date", "[app][forecast]") {
    ForecastRules rules;
    rules.growth = 1;
    rules.events = {parse_forecast_event("month 2: x4 for 2d", "e"),
                    parse_forecast_event("2027-02-14: x0.5 for 12h", "e"),
                    parse_forecast_event("2027-03: x2 for 720h", "e")};
    const std::vector<MonthLoad> months = plan_loads(rules, month_scenario(), true);
    CHECK(months[0].spans == std::vector<LoadSpan>{{1, hours{720}}});
    CHECK(months[1].spans == std::vector<LoadSpan>{{2, hours{660}}, {8, hours{48}}, {1, hours{12}}});
    CHECK(months[2].spans == std::vector<LoadSpan>{{8, hours{720}}});
    CHECK_THROWS_AS(plan_loads(rules, month_scenario(), false), InputError);  // no calendar
    rules.events.push_back(parse_forecast_event("month 2: x4 for 28d", "e"));
    CHECK_THROWS_AS(plan_loads(rules, month_scenario(), true), InputError);  // 30 d and 12 h
    rules.events = {parse_forecast_event("month 13: x4 for 1d", "e")};
    CHECK_THROWS_AS(plan_loads(rules, month_scenario(), true), InputError);
    rules.events = {parse_forecast_event("2026-12: x4 for 1d", "e")};
    CHECK_THROWS_AS(plan_loads(rules, month_scenario(), true), InputError);
}

TEST_CASE("what is no season, event or month is refused", "[app][forecast]") {
    SeasonFactors season;
    for (const char* wrong : {"dez=1.5", "dec=0", "dec=", "1,2,3", "dec", ""})
        CHECK_THROWS_AS(parse_season(wrong, "s", season), InputError);
    parse_season("dec=1.5", "s", season);
    CHECK_THROWS_AS(parse_season("dec=1.6", "s", season), InputError);
    CHECK_THROWS_AS(parse_season("1,1,1,1,1,1,1,1,1,1,1,2", "s", season), InputError);
    for (const char* wrong : {"month 3", "month 3: x4", "month 3: 4 for 2d", "month 0: x4 for 2d",
                              "month 3: x0 for 2d", "month 3: x4 for 2", "month 3: x4 for 90s",
                              "2027-13: x4 for 2d", "tomorrow: x4 for 2d", "month 3: x4 since 2d"})
        CHECK_THROWS_AS(parse_forecast_event(wrong, "e"), InputError);
    for (const char* wrong : {"2027", "2027-13", "2027-01-01", "jan"})
        CHECK_THROWS_AS(parse_calendar_month(wrong, "f"), InputError);
    for (const char* wrong : {"10%", "-100%/month", "0%/month", "fast/month"})
        CHECK_THROWS_AS(parse_growth(wrong, "g"), InputError);
}

TEST_CASE("twelve factors are those of January to December", "[app][forecast]") {
    SeasonFactors season;
    parse_season("1, 2,3,4,5,6,7,8,9,10,11,150%", "s", season);
    REQUIRE(season);
    CHECK((*season)[1] == 2);
    CHECK((*season)[11] == 1.5);
}

TEST_CASE("usage counters read back as the usage they were, and scale to the nearest unit",
          "[app][forecast]") {
    UsageTotals totals;
    totals.states[2] = 7;
    totals.idle[3] = 8;
    totals.steps = {1, 2};
    totals.covered = {3};
    totals.unused = {4};
    totals.storage = {5};
    totals.drained = 9;
    totals.output_tokens = 11;
    const UsageCounters counters = counters_of(totals);
    const UsageTotals back = usage_from(counters, totals, hours{2});
    CHECK(back.window == hours{2});
    CHECK(counters_of(back) == counters);
    CHECK(back.states[2] == 7);
    CHECK(back.unused == std::vector<Int128>{4});
    CHECK(back.output_tokens == 11);

    const UsageFraction third(240, 720);
    CHECK(static_cast<int>(third.of(9)) == 3);
    CHECK(static_cast<int>(third.of(10)) == 3);
    CHECK(static_cast<int>(third.of(11)) == 4);
    // A month of 4.2857 weeks of byte-ns, exactly.
    const Int128 week = Int128{604'800'000'000'000} * 1'000'000'000'000;
    CHECK(UsageFraction(720, 168).of(week) == week / 168 * 720);
}

}  // namespace spillway::tests
