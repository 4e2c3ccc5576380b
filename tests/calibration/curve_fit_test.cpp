#include "calibration/fit/curve_fit.hpp"

#include "calibration/fit/non_negative.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

/// measured = a + b x at x = 1..n, in sites of ten.
CurveProblem line_problem(double a, double b, std::size_t rows) {
    CurveProblem problem;
    problem.coefficients = {{"a", 1e-3, 1e3, 1, AtBound::kRefuse}, {"b", 1e-3, 1e3, 1, AtBound::kRefuse}};
    for (std::size_t i = 0; i < rows; ++i) {
        problem.measured.push_back(a + b * static_cast<double>(i + 1));
        problem.site.push_back(static_cast<int>(i / 10));
        problem.used.push_back(true);
    }
    problem.seconds = [](std::size_t row, std::span<const double> c) {
        return c[0] + c[1] * static_cast<double>(row + 1);
    };
    return problem;
}

}  // namespace

TEST_CASE("a fit to data of its own form finds the coefficients", "[calibration][curve_fit]") {
    const CurveFit fit = fit_curve(line_problem(20, 0.7, 100));
    CHECK(fit.coefficients[0] == Approx(20).epsilon(1e-4));
    CHECK(fit.coefficients[1] == Approx(0.7).epsilon(1e-4));
    CHECK(fit.on_bound.empty());
}

TEST_CASE("one row in a hundred that is ten times too slow hardly moves a fit", "[calibration][curve_fit]") {
    CurveProblem problem = line_problem(20, 0.7, 100);
    problem.measured[40] *= 10;
    CHECK(fit_curve(problem).coefficients[1] == Approx(0.7).epsilon(0.02));
}

TEST_CASE("a coefficient that ends on its bound is named", "[calibration][curve_fit]") {
    CurveProblem problem = line_problem(20, 0.7, 100);
    problem.coefficients[1].most = 0.1;
    problem.coefficients[1].start = 0.05;
    CHECK(fit_curve(problem).on_bound == std::vector<std::string>{"b"});
}

TEST_CASE("leaving a site out predicts it as a refit without its rows does", "[calibration][curve_fit]") {
    CurveProblem problem = line_problem(20, 0.7, 100);
    for (std::size_t i = 0; i < 10; ++i) problem.measured[i] *= 1.05;  // site 0 pulls at the fit
    const CurveFit fit = fit_curve(problem);
    CurveProblem without = problem;
    for (std::size_t i = 0; i < 10; ++i) without.used[i] = false;
    const CurveFit refit = fit_curve(without);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(fit.left_out[i] == Approx(refit.fitted[i]).epsilon(0.003));
        CHECK(std::abs(fit.fitted[i] - refit.fitted[i]) > 0.004 * refit.fitted[i]);
    }
}

TEST_CASE("non-negative least squares keeps at zero what would be negative", "[calibration][curve_fit]") {
    const std::vector<std::vector<double>> a{{1, 0}, {0, 1}, {1, 1}};
    const std::vector<double> inside = fit_non_negative(a, {1, 2, 3});
    CHECK(inside[0] == Approx(1));
    CHECK(inside[1] == Approx(2));
    const std::vector<double> edge = fit_non_negative(a, {-1, 2, 1});
    CHECK(edge[0] == 0);
    CHECK(edge[1] == Approx(1.5));
}
