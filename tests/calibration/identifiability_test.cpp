#include "calibration/fit/identifiability.hpp"

#include <cmath>

#include "tests/calibration/noise.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;

namespace {

/// seconds = a + b x + c x^2 over the given x, with 1 % of noise.
CurveProblem problem_over(const std::vector<double>& x, double a, double b, double c) {
    CurveProblem problem;
    for (const char* name : {"a", "b", "c"})
        problem.coefficients.push_back({name, 1e-6, 1e6, 1, AtBound::kMayVanish});
    for (std::size_t i = 0; i < x.size(); ++i) {
        problem.measured.push_back((a + b * x[i] + c * x[i] * x[i]) * tests::normal_noise(i, 0.01));
        problem.site.push_back(static_cast<int>(i));
        problem.used.push_back(true);
    }
    problem.seconds = [x](std::size_t row, std::span<const double> v) {
        return v[0] + v[1] * x[row] + v[2] * x[row] * x[row];
    };
    return problem;
}

std::vector<double> spread_sizes() {
    std::vector<double> x;
    for (double size = 0.01; size < 200; size *= 1.3) x.push_back(size);
    return x;
}

}  // namespace

TEST_CASE("sizes over four decades tell all three coefficients", "[calibration][identifiability]") {
    const CurveFit fit = fit_curve(problem_over(spread_sizes(), 2, 3, 0.5));
    CHECK(fit.unidentified.empty());
    CHECK(fit.coefficients[0] == Approx(2).epsilon(0.02));
    CHECK(fit.coefficients[1] == Approx(3).epsilon(0.05));
    CHECK(fit.coefficients[2] == Approx(0.5).epsilon(0.02));
    CHECK(fit.condition < 20);
}

TEST_CASE("a coefficient whose size never comes up is named and held at its start",
          "[calibration][identifiability]") {
    std::vector<double> small;
    for (double size = 1e-4; size < 2e-3; size *= 1.2) small.push_back(size);
    const CurveFit fit = fit_curve(problem_over(small, 2, 3, 0.5));
    CHECK(fit.coefficients[0] == Approx(2).epsilon(0.02));
    CHECK(std::find(fit.unidentified.begin(), fit.unidentified.end(), "c") != fit.unidentified.end());
    CHECK(std::find(fit.unidentified.begin(), fit.unidentified.end(), "a") == fit.unidentified.end());
    CHECK(fit.coefficients[2] == 1);
}

TEST_CASE("two coefficients that rows of one size cannot tell apart are not both told",
          "[calibration][identifiability]") {
    const std::vector<double> one_size(40, 3.0);
    const CurveFit fit = fit_curve(problem_over(one_size, 2, 3, 0.5));
    CHECK(fit.unidentified.size() == 2);
    CHECK(fit.fitted[0] == Approx(2 + 9 + 4.5).epsilon(0.02));
}

TEST_CASE("a coefficient that vanishes where it would matter is an answer, not a silence",
          "[calibration][identifiability]") {
    const CurveFit fit = fit_curve(problem_over(spread_sizes(), 2, 3, 0));
    CHECK(fit.coefficients[2] < 1e-3);
    CHECK(fit.unidentified.empty());
}

TEST_CASE("what is kept stays where the fit ended, and is named all the same",
          "[calibration][identifiability]") {
    CurveProblem problem = problem_over(std::vector<double>(40, 3.0), 2, 3, 0.5);
    problem.untold = Untold::kKeep;
    const CurveFit fit = fit_curve(problem);
    CHECK_FALSE(fit.unidentified.empty());
    CHECK(fit.fitted[0] == Approx(2 + 9 + 4.5).epsilon(0.02));
}
