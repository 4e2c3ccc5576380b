// How often the intervals of a forecast hold what is true.
#include "tests/app/forecast/forecast_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

bool holds(const Bounded<Money>& figure, double usd) {
    return to_usd(figure.low) <= usd && usd <= to_usd(figure.high);
}

}  // namespace

TEST_CASE("the intervals of P50, P95 and the chance hold the truth about as often as they say",
          "[app][forecast][statistics]") {
    // 129,600 requests a month of 4 s (exponential) at $4 an hour: $576, and the deviation of a compound
    // Poisson law, sqrt(129,600 x 2 x 16) s = $2.263. More than $577 has a chance of 32.9%.
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 1;
    rules.budget = Money::from_nanos(577'000'000'000);
    constexpr int kForecasts = 40;
    int mean = 0;
    int p50 = 0;
    int p95 = 0;
    int over = 0;
    double sum = 0;
    for (int seed = 1; seed <= kForecasts; ++seed) {
        const Forecast forecast = make_forecast(rig.by_use({}, seed), rules);
        const BillSpread& spread = *forecast.months[0].bill->spread;
        mean += holds(spread.mean, 576) ? 1 : 0;
        p50 += holds(spread.p50, 576) ? 1 : 0;
        p95 += holds(spread.p95, 576 + 1.645 * 2.263) ? 1 : 0;
        over += spread.over->low <= 0.329 && 0.329 <= spread.over->high ? 1 : 0;
        sum += to_usd(spread.p95.value);
    }
    INFO(mean << " " << p50 << " " << p95 << " " << over << " of " << kForecasts);
    CHECK(sum / kForecasts == Approx(576 + 1.645 * 2.263).epsilon(0.001));
    CHECK(mean >= 36);
    CHECK(p50 >= 36);
    CHECK(p95 >= 32);  // 53 of 60 once: a quantile's bootstrap is too narrow
    CHECK(over >= 35);
    CHECK(mean + p95 + over < 3 * kForecasts);  // and they are not as wide as to hold anything
}

}  // namespace spillway::tests
