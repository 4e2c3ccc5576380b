#include "sim/core/distribution.hpp"

#include <limits>

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace std::chrono_literals;
using tests::Approx;

namespace {

struct Named {
    std::string name;
    Distribution law;
};

std::vector<Named> all_laws() {
    return {
        {"constant", Distribution::constant(2.5)},
        {"uniform", Distribution::uniform(1, 4)},
        {"exponential", Distribution::exponential(3)},
        {"lognormal", Distribution::lognormal(2, 0.8)},
        {"lognormal by quantiles", Distribution::lognormal_by_quantiles(2, 7)},
        {"gamma, peaked", Distribution::gamma(2, 0.3)},
        {"gamma, bursty", Distribution::gamma(2, 2.5)},
        {"weibull", Distribution::weibull(2, 1.7)},
        {"weibull, long tail", Distribution::weibull(2, 0.7)},
        {"empirical", Distribution::empirical({5, 1, 2, 2})},
        {"quantiles", Distribution::quantiles({{0, 1}, {0.5, 2}, {0.9, 4}, {1, 9}})},
        {"mixture",
         Distribution::mixture({{0.75, Distribution::uniform(0, 1)}, {0.25, Distribution::uniform(2, 9)}})},
    };
}

/// Mean of `power` of the law: the integral of its quantile function by the midpoint rule, the last piece
/// split finer and finer because there a tail goes to infinity.
double integral(const Distribution& law, int power) {
    constexpr int kSteps = 4'000;
    double sum = 0;
    double low = 0;
    for (double rest = 1; rest > 1e-14; rest /= 4) {
        const double width = 0.75 * rest / kSteps;
        for (int i = 0; i < kSteps; ++i)
            sum += std::pow(law.quantile(low + (i + 0.5) * width), power) * width;
        low += 0.75 * rest;
    }
    return sum;
}

double cv(const Distribution& law) {
    const double mean = integral(law, 1);
    return std::sqrt(integral(law, 2) / (mean * mean) - 1);
}

}  // namespace

TEST_CASE("the mean of each law is the integral of its quantiles", "[core][distribution]") {
    for (const Named& named : all_laws()) {
        INFO(named.name);
        REQUIRE(integral(named.law, 1) == Approx(named.law.mean()).epsilon(1e-4));
    }
}

TEST_CASE("quantiles do not fall as the probability rises", "[core][distribution]") {
    for (const Named& named : all_laws()) {
        INFO(named.name);
        double last = 0;
        for (int i = 0; i < 10'000; ++i) {
            const double value = named.law.quantile((i + 0.5) / 10'000);
            REQUIRE(value >= last);
            last = value;
        }
    }
}

TEST_CASE("every law is finite and not negative over the whole range of a draw", "[core][distribution]") {
    for (const Named& named : all_laws()) {
        INFO(named.name);
        REQUIRE(named.law.quantile(0x1p-53) >= 0);
        REQUIRE(std::isfinite(named.law.quantile(1 - 0x1p-53)));
    }
}

TEST_CASE("quantiles equal the closed forms", "[core][distribution]") {
    REQUIRE(Distribution::exponential(3).quantile(0.5) == Approx(3 * std::log(2)).epsilon(1e-14));
    REQUIRE(Distribution::uniform(1, 4).quantile(0.25) == Approx(1.75).epsilon(1e-15));
    // Shape 1 is the exponential law, shape 2 the Rayleigh law.
    REQUIRE(Distribution::weibull(3, 1).quantile(0.9) == Approx(3 * std::log(10)).epsilon(1e-13));
    const double scale = 2 / std::tgamma(1.5);
    REQUIRE(Distribution::weibull(2, 2).quantile(0.3) ==
            Approx(scale * std::sqrt(-std::log(0.7))).epsilon(1e-13));
    // A gamma law of cv 1 is exponential; of cv 1/sqrt(2) Erlang of two stages, whose 1 - exp(-x)(1 + x) at x
    // = 2.
    REQUIRE(Distribution::gamma(3, 1).quantile(0.9) == Approx(3 * std::log(10)).epsilon(1e-12));
    REQUIRE(Distribution::gamma(2, std::sqrt(0.5)).quantile(1 - std::exp(-2.0) * 3) ==
            Approx(2).epsilon(1e-12));
    // Normal quantiles from tables: z(0.975) = 1.959963984540054.
    REQUIRE(Distribution::lognormal_by_quantiles(1, std::exp(1.6448536269514722)).quantile(0.975) ==
            Approx(std::exp(1.959963984540054)).epsilon(1e-12));
}

TEST_CASE("a lognormal by quantiles has those quantiles", "[core][distribution]") {
    const Distribution law = Distribution::lognormal_by_quantiles(2, 7);
    REQUIRE(law.quantile(0.5) == Approx(2).epsilon(1e-14));
    REQUIRE(law.quantile(0.95) == Approx(7).epsilon(1e-14));
}

TEST_CASE("laws by mean and coefficient of variation have both", "[core][distribution]") {
    REQUIRE(cv(Distribution::lognormal(2, 0.8)) == Approx(0.8).epsilon(1e-3));
    REQUIRE(Distribution::lognormal(2, 0.8).mean() == Approx(2).epsilon(1e-14));
    REQUIRE(cv(Distribution::gamma(2, 0.3)) == Approx(0.3).epsilon(1e-3));
    REQUIRE(cv(Distribution::gamma(2, 2.5)) == Approx(2.5).epsilon(1e-3));
    REQUIRE(cv(Distribution::exponential(3)) == Approx(1).epsilon(1e-3));
}

TEST_CASE("the same uniform under a faster law is a faster draw", "[core][distribution]") {
    for (int i = 1; i < 1000; ++i) {
        const double u = i / 1000.0;
        REQUIRE(Distribution::lognormal(1, 0.5).quantile(u) < Distribution::lognormal(2, 0.5).quantile(u));
        REQUIRE(Distribution::gamma(1, 0.5).quantile(u) < Distribution::gamma(2, 0.5).quantile(u));
        REQUIRE(Distribution::weibull(1, 0.5).quantile(u) < Distribution::weibull(2, 0.5).quantile(u));
    }
}

TEST_CASE("an empirical law steps from value to value at equal probabilities", "[core][distribution]") {
    const Distribution law = Distribution::empirical({30, 10, 20, 20});
    REQUIRE(law.quantile(0x1p-53) == 10);
    REQUIRE(law.quantile(0.2499) == 10);
    REQUIRE(law.quantile(0.25) == 20);
    REQUIRE(law.quantile(0.7499) == 20);
    REQUIRE(law.quantile(0.75) == 30);
    REQUIRE(law.quantile(1 - 0x1p-53) == 30);
    REQUIRE(law.mean() == 20);
}

TEST_CASE("an empirical law of many values stays inside them at the edges", "[core][distribution]") {
    std::vector<double> values;
    for (int i = 0; i < 100'003; ++i) values.push_back(i);
    const Distribution law = Distribution::empirical(values);
    REQUIRE(law.quantile(1 - 0x1p-53) == 100'002);
    REQUIRE(law.quantile(0x1p-53) == 0);
}

TEST_CASE("quantiles are joined by straight lines", "[core][distribution]") {
    const Distribution law = Distribution::quantiles({{0, 1}, {0.5, 2}, {0.9, 4}, {1, 9}});
    REQUIRE(law.quantile(0.25) == Approx(1.5));
    REQUIRE(law.quantile(0.5) == Approx(2));
    REQUIRE(law.quantile(0.7) == Approx(3));
    REQUIRE(law.quantile(0.95) == Approx(6.5));
}

TEST_CASE("a mixture gives each part its share of the uniform", "[core][distribution]") {
    const Distribution law =
        Distribution::mixture({{3, Distribution::constant(1)}, {1, Distribution::uniform(10, 20)}});
    REQUIRE(law.quantile(0.74) == 1);
    REQUIRE(law.quantile(0.875) == Approx(15));
    REQUIRE(law.quantile(1 - 0x1p-53) == Approx(20));
    REQUIRE(law.mean() == Approx(0.75 + 0.25 * 15));
}

TEST_CASE("a law of mean 0 is always 0", "[core][distribution]") {
    for (const Distribution& law : {Distribution::exponential(0), Distribution::lognormal(0, 1),
                                    Distribution::gamma(0, 1), Distribution::weibull(0, 2)}) {
        REQUIRE(law.quantile(0.3) == 0);
        REQUIRE(law.mean() == 0);
    }
}

TEST_CASE("a draw as a duration is its seconds to the nearest nanosecond", "[core][distribution]") {
    REQUIRE(Distribution::constant(0.1).duration(0.5) == 100ms);
    REQUIRE(Distribution::uniform(-1, 1).duration(0.25) == 0ns);
    REQUIRE(Distribution::uniform(-1, 1).duration(0.75) == 500ms);
    REQUIRE_THROWS_AS(Distribution::constant(1e12).duration(0.5), InternalError);
}

TEST_CASE("only a constant is constant", "[core][distribution]") {
    REQUIRE(Distribution::constant(1).is_constant());
    REQUIRE_FALSE(Distribution::exponential(1).is_constant());
}

TEST_CASE("a law out of range is our own bug", "[core][distribution]") {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    REQUIRE_THROWS_AS(Distribution::uniform(2, 1), InternalError);
    REQUIRE_THROWS_AS(Distribution::exponential(-1), InternalError);
    REQUIRE_THROWS_AS(Distribution::exponential(kNaN), InternalError);
    REQUIRE_THROWS_AS(Distribution::lognormal(1, 0), InternalError);
    REQUIRE_THROWS_AS(Distribution::lognormal_by_quantiles(2, 1), InternalError);
    REQUIRE_THROWS_AS(Distribution::gamma(1, -1), InternalError);
    REQUIRE_THROWS_AS(Distribution::weibull(1, 0), InternalError);
    REQUIRE_THROWS_AS(Distribution::empirical({}), InternalError);
    REQUIRE_THROWS_AS(Distribution::quantiles({{0, 1}}), InternalError);
    REQUIRE_THROWS_AS(Distribution::quantiles({{0, 2}, {1, 1}}), InternalError);
    REQUIRE_THROWS_AS(Distribution::mixture({}), InternalError);
    REQUIRE_THROWS_AS(Distribution::mixture({{0, Distribution::constant(1)}}), InternalError);
}
