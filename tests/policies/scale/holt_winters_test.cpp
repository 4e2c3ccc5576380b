#include "policies/scale/holt_winters.hpp"

#include "tests/support/catch.hpp"

using namespace spillway;
using tests::Approx;

TEST_CASE("without a season it is Holt's double smoothing", "[policies][holt_winters]") {
    HoltWinters smoothing({.level = 0.5, .trend = 0.5});
    CHECK(smoothing.forecast(3) == 0);
    smoothing.observe(10);
    CHECK(smoothing.forecast(3) == 10);
    smoothing.observe(14);
    // level 0.5 x 14 + 0.5 x (10 + 0) = 12; trend 0.5 x (12 - 10) = 1.
    CHECK(smoothing.forecast(1) == 13);
    CHECK(smoothing.forecast(3) == 15);
    smoothing.observe(15);
    // level 0.5 x 15 + 0.5 x 13 = 14; trend 0.5 x 2 + 0.5 x 1 = 1.5.
    CHECK(smoothing.forecast(2) == 17);
}

TEST_CASE("a forecast is never negative", "[policies][holt_winters]") {
    HoltWinters smoothing({.level = 1, .trend = 1});
    smoothing.observe(10);
    smoothing.observe(2);
    CHECK(smoothing.forecast(1) == 0);
}

TEST_CASE("a season is known from the second one on, and comes before its time", "[policies][holt_winters]") {
    // Means of 4 and 12 a step: level 8, season -4 and +4.
    HoltWinters smoothing({.level = 0.5, .trend = 0, .seasonal = 0.5, .season = 2});
    smoothing.observe(4);
    smoothing.observe(12);
    CHECK(smoothing.forecast(1) == 4);
    CHECK(smoothing.forecast(2) == 12);
    CHECK(smoothing.forecast(3) == 4);
    smoothing.observe(6);
    // level 0.5 x (6 + 4) + 0.5 x 8 = 9; season 0.5 x (6 - 9) + 0.5 x -4 = -3.5.
    CHECK(smoothing.forecast(1) == 13);
    CHECK(smoothing.forecast(2) == 5.5);
}

TEST_CASE("a straight line is forecast exactly once it is learnt", "[policies][holt_winters]") {
    HoltWinters smoothing({.level = 0.4, .trend = 0.3});
    for (int i = 0; i < 400; ++i) smoothing.observe(5 + 2.0 * i);
    CHECK(smoothing.forecast(5) == Approx(5 + 2.0 * 404).epsilon(1e-6));
}
