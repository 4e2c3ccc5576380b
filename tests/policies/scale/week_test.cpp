#include "policies/scale/week.hpp"

#include "sim/core/parse_units.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

TEST_CASE("the week begins on Monday at midnight", "[policies][week]") {
    CHECK(second_of_week(*parse_wall_clock("2026-03-02T00:00")) == 0);  // a Monday
    CHECK(second_of_week(*parse_wall_clock("2026-03-03T08:00")) == kSecondsOfDay + 28'800);
    CHECK(second_of_week(*parse_wall_clock("2026-03-08T23:59:59")) == kSecondsOfWeek - 1);
    CHECK(second_of_week(0) == 3 * kSecondsOfDay);  // 1970-01-01 was a Thursday
    CHECK(second_of_week(-1) == 3 * kSecondsOfDay - 1);
    CHECK(second_of_week(-3 * kSecondsOfDay - 1) == kSecondsOfWeek - 1);
}

TEST_CASE("a time of day has two digits each, up to 23:59:59", "[policies][week]") {
    CHECK(parse_time_of_day("00:00") == 0);
    CHECK(parse_time_of_day("08:30") == 8 * 3600 + 30 * 60);
    CHECK(parse_time_of_day("23:59:59") == kSecondsOfDay - 1);
    for (const char* wrong :
         {"", "8:30", "24:00", "08:60", "08.30", "08:30:", "08:30:60", "0a:30", "-1:30"}) {
        INFO(wrong);
        CHECK_FALSE(parse_time_of_day(wrong));
    }
}

TEST_CASE("weekdays are named one by one, in spans, or together", "[policies][week]") {
    CHECK(parse_weekdays("daily") == Weekdays("1111111"));
    CHECK(parse_weekdays("weekdays") == Weekdays("0011111"));
    CHECK(parse_weekdays("weekends") == Weekdays("1100000"));
    CHECK(parse_weekdays("tue") == Weekdays("0000010"));
    CHECK(parse_weekdays("mon-wed,sat") == Weekdays("0100111"));
    CHECK(parse_weekdays("sat-mon") == Weekdays("1100001"));
    for (const char* wrong : {"", "monday", "mon-", "-tue", "mon,", "mon tue", "daily,mon"}) {
        INFO(wrong);
        CHECK_FALSE(parse_weekdays(wrong));
    }
}
