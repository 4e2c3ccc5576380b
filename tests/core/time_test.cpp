#include "sim/core/time.hpp"

#include <cmath>
#include <limits>
#include <random>

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

TEST_CASE("rounding is that of llround for every size of value, halves included", "[core][time]") {
    std::mt19937_64 random(1);  // a fixed seed: no false alarms
    for (int i = 0; i < 200'000; ++i) {
        const double size = std::ldexp(1.0, static_cast<int>(random() % 64) - 2);
        const double halves = std::ldexp(static_cast<double>(random() >> 11), -52) * size;
        for (const double nanoseconds : {halves, -halves, std::floor(halves) + 0.5, -std::floor(halves) - 0.5,
                                         std::nextafter(std::floor(halves) + 0.5, 0.0)}) {
            const std::optional<Duration> duration = duration_from_seconds(nanoseconds * 1e-9);
            if (duration)
                REQUIRE(duration->count() == std::llround(nanoseconds * 1e-9 * 1e9));
        }
    }
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
