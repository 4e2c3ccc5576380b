#include "sim/core/time.hpp"

#include <limits>

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

TEST_CASE("seconds become the nearest nanosecond", "[core][time]") {
    REQUIRE(from_seconds(0.1) == 100ms);
    REQUIRE(from_seconds(1.4e-9) == 1ns);
    REQUIRE(from_seconds(1.6e-9) == 2ns);
    REQUIRE(from_seconds(-1.6e-9) == -2ns);
    REQUIRE(from_seconds(-0.0) == 0ns);
    REQUIRE(from_seconds(86400.0) == 24h);
}

TEST_CASE("what is no number or does not fit the clock is no duration", "[core][time]") {
    REQUIRE_FALSE(duration_from_seconds(std::numeric_limits<double>::quiet_NaN()));
    REQUIRE_FALSE(duration_from_seconds(std::numeric_limits<double>::infinity()));
    REQUIRE_FALSE(duration_from_seconds(-std::numeric_limits<double>::infinity()));
    REQUIRE_FALSE(duration_from_seconds(9.3e9));
    REQUIRE_FALSE(duration_from_seconds(-9.3e9));
    REQUIRE(duration_from_seconds(9.1e9).has_value());
    REQUIRE(duration_from_seconds(-9.1e9).has_value());
}

TEST_CASE("seconds that the caller vouched for and that do not fit are our own bug", "[core][time]") {
    REQUIRE_THROWS_AS(from_seconds(std::numeric_limits<double>::quiet_NaN()), InternalError);
    REQUIRE_THROWS_AS(from_seconds(1e10), InternalError);
}

TEST_CASE("a duration survives the way to seconds and back", "[core][time]") {
    for (const Duration duration :
         {0ns, 1ns, 999'999'999ns, 1'000'000'007ns, Duration{-250ms}, Duration{1h + 1ns}}) {
        REQUIRE(from_seconds(to_seconds(duration)) == duration);
    }
    REQUIRE(to_seconds(SimTime{1500ms}) == tests::Approx(1.5));
}
