#include "app/capacity/knee.hpp"

#include <set>

#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

/// Holds below `open`, is broken from `broken` on; counts what is asked.
struct Thresholds {
    double open;
    double broken;
    std::multiset<double> asked = {};

    SloVerdict operator()(double rate) {
        asked.insert(rate);
        if (rate < open)
            return SloVerdict::kHolds;
        return rate < broken ? SloVerdict::kOpen : SloVerdict::kBroken;
    }
};

Knee knee_of(Thresholds& thresholds, double guess) {
    return find_knee({guess, 0.01}, [&](double rate) { return thresholds(rate); });
}

}  // namespace

TEST_CASE("a knee is found from below and from above to the tolerance asked for", "[capacity][knee]") {
    for (const double guess : {0.3, 4.0, 7.0, 5000.0}) {
        Thresholds thresholds{5, 6};
        const Knee knee = knee_of(thresholds, guess);
        INFO("guess " << guess);
        CHECK(knee.bounded);
        CHECK(knee.holds < 5);
        CHECK(knee.holds >= 5 * 0.985);
        CHECK(knee.broken >= 6);
        CHECK(knee.broken < 6 * 1.015);
    }
}

TEST_CASE("no rate is asked for twice", "[capacity][knee]") {
    Thresholds thresholds{5, 5.5};
    knee_of(thresholds, 4);
    CHECK(thresholds.asked.size() ==
          std::set<double>(thresholds.asked.begin(), thresholds.asked.end()).size());
}

TEST_CASE("where no rate holds the knee is at 0, and where none is broken it has no bound",
          "[capacity][knee]") {
    Thresholds nowhere{0, 0};
    CHECK(knee_of(nowhere, 4).holds == 0);
    Thresholds everywhere{1e12, 1e12};
    const Knee knee = knee_of(everywhere, 4);
    CHECK_FALSE(knee.bounded);
    CHECK(knee.holds > 4000);
}

}  // namespace spillway::tests
