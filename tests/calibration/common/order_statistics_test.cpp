#include "calibration/common/order_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// 1, 2, ..., count: each value is its own rank.
std::vector<double> ranks(int count) {
    std::vector<double> values;
    for (int i = 1; i <= count; ++i) values.push_back(i);
    return values;
}

/// Half the distance of two ranks, as a share of the median of 1..count.
double half_width_between(int low, int high, int count) { return (high - low) / 2.0 / ((count + 1) / 2.0); }

}  // namespace

TEST_CASE("quartiles and an even number's median lie between neighbours", "[calibration][order_statistics]") {
    const OrderStatistics four = order_statistics({4, 1, 3, 2});
    REQUIRE(four.count == 4);
    REQUIRE(four.least == 1);
    REQUIRE(four.lower_quartile == 1.75);
    REQUIRE(four.median == 2.5);
    REQUIRE(four.upper_quartile == 3.25);
    REQUIRE(four.most == 4);
    REQUIRE(order_statistics({5, 9, 7}).median == 7);
    REQUIRE(order_statistics({5}).upper_quartile == 5);
}

TEST_CASE("the median's interval lies between the ranks of published tables",
          "[calibration][order_statistics]") {
    // Conover, Practical Nonparametric Statistics, 3rd edition, section 3.2 and its table of the binomial
    // law.
    REQUIRE(!order_statistics(ranks(5)).half_width);
    REQUIRE(order_statistics(ranks(6)).half_width == half_width_between(1, 6, 6));
    REQUIRE(order_statistics(ranks(8)).half_width == half_width_between(1, 8, 8));
    REQUIRE(order_statistics(ranks(9)).half_width == half_width_between(2, 8, 9));
    REQUIRE(order_statistics(ranks(10)).half_width == half_width_between(2, 9, 10));
    REQUIRE(order_statistics(ranks(20)).half_width == half_width_between(6, 15, 20));
    REQUIRE(order_statistics(ranks(100)).half_width == half_width_between(40, 61, 100));
}

TEST_CASE("the exact ranks and those of the normal law meet where one takes over from the other",
          "[calibration][order_statistics]") {
    const double exact = *order_statistics(ranks(1000)).half_width;
    const double normal = *order_statistics(ranks(1001)).half_width;
    REQUIRE(std::abs(exact - normal) <= 2.0 / 500);
}

TEST_CASE("the interval holds the median of a skewed law in 95 of 100 cases or more",
          "[calibration][order_statistics]") {
    constexpr int kRepetitions = 2000;
    for (const int count : {6, 10, 25, 60}) {
        std::mt19937_64 random(static_cast<std::uint64_t>(count));
        std::exponential_distribution<double> law;
        int held = 0;
        for (int repetition = 0; repetition < kRepetitions; ++repetition) {
            std::vector<double> values;
            for (int i = 0; i < count; ++i) values.push_back(1 + law(random));
            // The interval's ends are not told, only its width: those of ranks that lie as far from the
            // median.
            std::sort(values.begin(), values.end());
            const OrderStatistics statistics = order_statistics(values);
            const double width = 2 * *statistics.half_width * statistics.median;
            for (std::size_t low = 0; low < values.size() / 2; ++low) {
                const double high = values[values.size() - 1 - low];
                if (std::abs(high - values[low] - width) < 1e-12) {
                    held += values[low] <= 1 + std::log(2) && 1 + std::log(2) <= high;
                    break;
                }
            }
        }
        // Below 93 % with a chance under 1e-4 for each size, if the coverage is 95 %: four deviations.
        REQUIRE(held >= 0.93 * kRepetitions);
    }
}

TEST_CASE("a broken promise of having values is found out", "[calibration][order_statistics]") {
    REQUIRE_THROWS_WITH(order_statistics({}), contains_text("nothing"));
}

}  // namespace spillway::tests
