// Intervals, changes and truncation.
#include "app/study/estimate.hpp"

#include <cmath>

#include "app/study/pareto.hpp"
#include "sim/core/rng.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

std::vector<Reading> readings(std::initializer_list<double> values) {
    std::vector<Reading> result;
    for (const double value : values) result.push_back(Reading::of(value));
    return result;
}

}  // namespace

TEST_CASE("the interval of a mean is Student's", "[app][study]") {
    // 1, 2, 3, 4, 5: mean 3, deviation sqrt(2.5); t(0.975, 4) = 2.7764 (tables).
    const Estimate figure = estimate(readings({1, 2, 3, 4, 5}));
    CHECK(figure.mean == 3);
    CHECK(figure.deviation == Approx(std::sqrt(2.5)));
    CHECK(figure.half_width == Approx(2.7764 * std::sqrt(2.5 / 5)).epsilon(1e-4));
    CHECK(figure.range_half == Approx(2.7764 * std::sqrt(2.5 * 1.2)).epsilon(1e-4));
    CHECK(student_quantile(0.95, 9) == Approx(2.2622).epsilon(1e-4));
}

TEST_CASE("one value has a mean and no interval, and a figure never reached has neither", "[app][study]") {
    CHECK(estimate(readings({4})).has_mean());
    CHECK_FALSE(estimate(readings({4})).has_interval());
    std::vector<Reading> some = readings({1, 2});
    some.push_back(Reading::never());
    CHECK(estimate(some).never == 1);
    CHECK_FALSE(estimate(some).has_mean());
    some = readings({1, 2});
    some.push_back(Reading::nothing());
    CHECK(estimate(some).has_interval());
    CHECK(estimate(some).values() == 2);
}

TEST_CASE("a paired change that is the same in all replications has no width", "[app][study]") {
    const auto change = relative_change(readings({10, 20, 40}), readings({11, 22, 44}));
    REQUIRE(change);
    CHECK(change->mean == Approx(0.1));
    CHECK(change->half_width == Approx(0).margin(1e-12));
    CHECK_FALSE(relative_change(readings({0, 0}), readings({1, 2})));
    CHECK_FALSE(relative_change(readings({1}), readings({2})));
}

TEST_CASE("without pairs, what both vary by themselves widens the interval", "[app][study]") {
    const auto base = readings({10, 20, 40, 30});
    const auto head = readings({11, 22, 44, 33});
    const auto apart = unpaired_change(base, head);
    REQUIRE(apart);
    CHECK(apart->mean == Approx(0.1));
    CHECK(apart->half_width > 0.5);
    // Equal variances and counts: 2(n - 1) degrees of freedom.
    const auto same = unpaired_difference(readings({1, 2, 3}), readings({2, 3, 4}));
    REQUIRE(same);
    CHECK(same->mean == Approx(1));
    CHECK(same->half_width == Approx(student_quantile(0.95, 4) * std::sqrt(2.0 / 3)));
}

TEST_CASE("intervals hold the mean of a normal law as often as they say", "[app][study]") {
    // 2,000 intervals of 8 values: 95% +- 1.5 points is more than three standard errors (0.49).
    int held = 0;
    int in_range = 0;
    const StreamKey key({1, 0}, "coverage");
    for (std::uint64_t round = 0; round < 2000; ++round) {
        RandomStream stream(key, round);
        const auto normal = [&] {
            return std::sqrt(-2 * std::log(stream.uniform())) *
                   std::cos(6.283185307179586 * stream.uniform());
        };
        std::vector<Reading> values;
        for (int i = 0; i < 8; ++i) values.push_back(Reading::of(5 + normal()));
        const Estimate figure = estimate(values);
        held += std::abs(figure.mean - 5) <= figure.half_width ? 1 : 0;
        in_range += std::abs(figure.mean - (5 + normal())) <= figure.range_half ? 1 : 0;
    }
    CHECK(held == Approx(1900).margin(30));
    CHECK(in_range == Approx(1900).margin(30));
}

TEST_CASE("MSER drops a transient, and nothing of a level series", "[app][study]") {
    std::vector<double> series;
    for (int i = 0; i < 200; ++i) series.push_back((i < 20 ? 10.0 * (20 - i) : 0.0) + (i % 2 == 0 ? 1 : -1));
    CHECK(mser_truncation(series) >= 18);
    CHECK(mser_truncation(series) <= 24);
    std::vector<double> level(100, 0);
    for (std::size_t i = 0; i < level.size(); ++i) level[i] = i % 2 == 0 ? 1 : -1;
    CHECK(mser_truncation(level) <= 1);
    CHECK(mser_truncation(std::vector<double>{}) == 0);
}

TEST_CASE("a front holds what nothing beats, in the order of the first figure", "[app][study]") {
    using Pair = std::pair<double, double>;
    const std::vector<std::optional<Pair>> pairs{Pair{3, 1},   Pair{1, 5}, Pair{2, 5}, Pair{2, 3},
                                                 std::nullopt, Pair{2, 3}, Pair{9, 9}};
    CHECK(pareto_front(pairs, Direction::kLowerIsBetter, Direction::kLowerIsBetter) ==
          std::vector<std::size_t>{1, 3, 0});
    CHECK(pareto_front(pairs, Direction::kHigherIsBetter, Direction::kHigherIsBetter) ==
          std::vector<std::size_t>{6});
}

}  // namespace spillway::tests
