#include "policies/scale/idle_histogram.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;

TEST_CASE("the windows follow the 5th and 99th percentile, with 10% margins", "[policies][idle_histogram]") {
    // 100 idle times: 4 in minute 2, 90 in minute 10, 6 in minute 20. The 5th lies in minute 10, the 99th
    // in 20.
    IdleHistogram histogram({});
    for (int i = 0; i < 4; ++i) histogram.add(2min + 30s);
    for (int i = 0; i < 90; ++i) histogram.add(10min);
    for (int i = 0; i < 6; ++i) histogram.add(20min + 59s);
    const auto windows = histogram.windows();
    REQUIRE(windows);
    CHECK(windows->prewarm == 9min);           // 0.9 x 10 min
    CHECK(windows->keep_alive == 23min + 6s);  // 1.1 x 21 min
    // One more in minute 2 makes 5 of 101, which is not yet 5.05; two make 6 of 102.
    histogram.add(2min);
    CHECK(histogram.windows()->prewarm == 9min);
    histogram.add(2min);
    CHECK(histogram.windows()->prewarm == 108s);  // 0.9 x 2 min
}

TEST_CASE("idle times below the first bin's end leave no time to unload", "[policies][idle_histogram]") {
    IdleHistogram histogram({});
    for (int i = 0; i < 20; ++i) histogram.add(30s);
    CHECK(histogram.windows()->prewarm == 0s);
    CHECK(histogram.windows()->keep_alive == 66s);
}

TEST_CASE("too few idle times, too even ones or too many outside tell nothing",
          "[policies][idle_histogram]") {
    IdleHistogram few({});
    for (int i = 0; i < 9; ++i) few.add(5min);
    CHECK_FALSE(few.windows());
    few.add(5min);
    CHECK(few.windows());

    // Of 4 bins, counts of 10, 10, 10 and 10 vary by 0; 40, 0, 0, 0 by sqrt(3).
    IdleHistogram even({.bins = 4, .least_cv = 1});
    for (int i = 0; i < 40; ++i) even.add(1min * (i % 4));
    CHECK_FALSE(even.windows());
    IdleHistogram peaked({.bins = 4, .least_cv = 1.7});
    for (int i = 0; i < 40; ++i) peaked.add(1min);
    CHECK(peaked.windows());
    IdleHistogram stricter({.bins = 4, .least_cv = 1.8});
    for (int i = 0; i < 40; ++i) stricter.add(1min);
    CHECK_FALSE(stricter.windows());

    IdleHistogram outside({});
    for (int i = 0; i < 10; ++i) outside.add(5min);
    for (int i = 0; i < 10; ++i) outside.add(4h);
    CHECK(outside.windows());  // half
    outside.add(9h);
    CHECK_FALSE(outside.windows());
}
