#include "calibration/fit/line_fit.hpp"

#include <cmath>

#include "tests/calibration/noise.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

constexpr double kBase = 8e-6;
constexpr double kBandwidth = 25e9;

/// A copy of 4 KiB to 1 GiB, each size measured three times with 3 % of noise.
std::vector<LinePoint> copies() {
    std::vector<LinePoint> points;
    for (double bytes = 4096; bytes <= 1 << 30; bytes *= 4) {
        for (int time = 0; time < 3; ++time)
            points.push_back(
                {bytes, (kBase + bytes / kBandwidth) * tests::normal_noise(points.size(), 0.03)});
    }
    return points;
}

}  // namespace

TEST_CASE("a line through times with 3 % of noise gives bandwidth back within 2 %",
          "[calibration][line_fit]") {
    const LineFit fit = fit_line(copies());
    CHECK(1 / fit.each == Approx(kBandwidth).epsilon(0.02));
    CHECK(fit.base == Approx(kBase).epsilon(0.05));
    CHECK_FALSE(fit.untold);
    CHECK(fit.condition < 3);
}

TEST_CASE("a line is not moved by one time in ten that is five times too long", "[calibration][line_fit]") {
    std::vector<LinePoint> points = copies();
    for (std::size_t i = 0; i < points.size(); i += 10) points[i].seconds *= 5;
    const LineFit fit = fit_line(points);
    CHECK(1 / fit.each == Approx(kBandwidth).epsilon(0.03));
    CHECK(fit.base == Approx(kBase).epsilon(0.08));
}

TEST_CASE("points of one size are a rate, and the line says that it cannot tell more",
          "[calibration][line_fit]") {
    const LineFit fit = fit_line({{1e9, 0.5}, {1e9, 0.52}, {1e9, 0.48}});
    CHECK(fit.base == 0);
    CHECK(fit.each == Approx(0.5e-9));
    REQUIRE(fit.untold);
    CHECK_THAT(*fit.untold, tests::contains_text("one size"));
    CHECK(fit.left_out.empty());
}

TEST_CASE("what grows with nothing is a constant, the median", "[calibration][line_fit]") {
    const LineFit fit = fit_line({{0, 0.2}, {0, 0.3}, {0, 9}});
    CHECK(fit.base == Approx(0.3));
    CHECK(fit.each == 0);
    CHECK_FALSE(fit.untold);
}

TEST_CASE("neither part of a line is negative", "[calibration][line_fit]") {
    const LineFit falling = fit_line({{1, 3}, {2, 2}, {3, 1}});
    CHECK(falling.each == 0);
    CHECK(falling.base > 0);
    const LineFit through_less_than_nothing = fit_line({{1, 0.5}, {2, 2}, {3, 3.5}});
    CHECK(through_less_than_nothing.base == 0);
    CHECK(through_less_than_nothing.each > 0);
}

TEST_CASE("a size is left out with all its points", "[calibration][line_fit]") {
    std::vector<LinePoint> points{{1, 1}, {2, 2}, {3, 3}, {4, 8}, {4, 8}};
    const LineFit fit = fit_line(points);
    CHECK(fit.left_out[3] == Approx(4).epsilon(0.01));
    CHECK(fit.left_out[4] == fit.left_out[3]);
}
