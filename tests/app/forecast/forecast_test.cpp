// The bill of the months ahead, where it can be worked out by hand.
#include "app/forecast/forecast.hpp"

#include <cmath>
#include <set>

#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"
#include "tests/app/forecast/forecast_rig.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

Money dollars(double usd) { return Money::from_nanos(std::llround(usd * 1e9)); }

}  // namespace

TEST_CASE("a fixed fleet has the same bill every month, to the nano-dollar", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 3;
    rules.growth = 0.5;
    rules.windows = 3;
    rules.budget = dollars(2880);
    const Forecast forecast = make_forecast(rig.fixed_fleet(), rules);
    REQUIRE(forecast.months.size() == 3);
    for (const MonthForecast& month : forecast.months) {
        REQUIRE(month.bill);
        REQUIRE(month.bill->spread);
        CHECK(month.bill->mean == dollars(2880));
        CHECK(month.bill->spread->p50.value == dollars(2880));
        CHECK(month.bill->spread->p95.value == dollars(2880));
        CHECK(month.bill->spread->p95.low == dollars(2880));
        CHECK(month.bill->spread->p95.high == dollars(2880));
        CHECK(month.bill->spread->over->value == 0);
        REQUIRE(month.dearest);
        CHECK(month.dearest->hour.cost == dollars(4));
        CHECK(month.dearest_mean == dollars(4));
    }
    REQUIRE(forecast.total);
    CHECK(forecast.total->spread->p95.value == dollars(3 * 2880));
    REQUIRE(forecast.quotas.size() == 1);
    CHECK(forecast.quotas[0].gpus_p95 == 2);
    CHECK(forecast.quotas[0].gpus_seen == 2);
    CHECK(forecast.quotas[0].gpus_allowed == 4);
    CHECK_FALSE(forecast.quotas[0].limit_month);
}

TEST_CASE("a budget is never exceeded by what costs as much, and always by a cent more", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules = only_luck();
    rules.months = 2;
    rules.budget = dollars(2879.99);
    const Forecast dear = make_forecast(rig.fixed_fleet(), rules);
    CHECK(dear.months[1].bill->spread->over->value == 1);
    // None of 2,000 months says: a chance of less than 0.18%, with 97.5% confidence.
    CHECK(dear.months[1].bill->spread->over->low == Approx(1 - 0.00184).margin(0.00001));
    CHECK(dear.months[1].bill->spread->over->high == 1);
    CHECK(dear.first_over(0.5) == 1);
    rules.budget = dollars(2880);
    const Forecast cheap = make_forecast(rig.fixed_fleet(), rules);
    CHECK(cheap.months[1].bill->spread->over->value == 0);
    CHECK(cheap.months[1].bill->spread->over->high == Approx(0.00184).margin(0.00001));
    CHECK_FALSE(cheap.first_over(0.05));
}

TEST_CASE("what is paid by use costs in proportion to the load", "[app][forecast]") {
    // 0.05 a second of 4 s each at $4 an hour: $0.80 an hour. A month of 720 h has 129,600 requests, whose
    // sum of exponential times deviates by sqrt(2 / 129,600) = 0.39%.
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 2;
    rules.growth = 1;
    rules.windows = 10;
    const Forecast forecast = make_forecast(rig.by_use(), rules);
    const BillForecast& now = *forecast.months[0].bill;
    const BillForecast& then = *forecast.months[1].bill;
    CHECK(to_usd(now.mean) == Approx(576).epsilon(0.008));
    CHECK(to_usd(then.mean) == Approx(2 * 576).epsilon(0.008));
    // P95 of a normal law: 1.645 deviations.
    const double above = to_usd(now.spread->p95.value) / to_usd(now.spread->p50.value) - 1;
    CHECK(above == Approx(1.645 * 0.0039).epsilon(0.6));
    CHECK(now.spread->p95.low < now.spread->p95.high);
    CHECK(now.spread->mean.low < now.mean);
    CHECK(now.mean < now.spread->mean.high);
    // Independent months: the deviation of the sum grows by sqrt(1 + 4), not by 3.
    const double together =
        to_usd(forecast.total->spread->p95.value) - to_usd(forecast.total->spread->p50.value);
    const double apart = above * to_usd(now.spread->p50.value) + to_usd(then.spread->p95.value) -
                         to_usd(then.spread->p50.value);
    CHECK(together < 0.95 * apart);
}

TEST_CASE("the first line names the months in which the budget becomes doubtful and lost",
          "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 4;
    rules.growth = 0.008;  // $576, $580.61, $585.25, $589.93, each with a deviation of $2.3
    rules.windows = 20;
    const auto answer = [&](double budget) {
        rules.budget = dollars(budget);
        return forecast_text(make_forecast(rig.by_use(), rules));
    };
    CHECK_THAT(answer(600), contains_text("; no month has a chance above 5% to exceed $600.00\n"));
    CHECK_THAT(answer(582.5),
               contains_text("; the first that exceeds $582.50 more likely than not is month 3, "
                             "the first with a chance above 5% month 2\n"));
    CHECK_THAT(answer(591.2),
               contains_text("; the first with a chance above 5% to exceed $591.20 is month 4\n"));
}

TEST_CASE("an event adds what its requests cost, and nothing else", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules = only_luck();
    rules.months = 2;
    rules.events = {parse_forecast_event("month 2: x3 for 2d", "e")};
    const Forecast forecast = make_forecast(rig.api(), rules);
    // 720 requests of $0.0015; of the event's 48 hours, two more requests each.
    CHECK(forecast.months[0].bill->mean == dollars(1.08));
    CHECK(forecast.months[1].bill->mean == dollars(1.08 + 0.144));
    CHECK(forecast.months[1].bill->spread->p95.value == dollars(1.08 + 0.144));
    CHECK(forecast.months[1].dearest->hour.cost == dollars(3 * 0.0015));
    CHECK(forecast.months[1].dearest->hour.requests == 3);
    CHECK(forecast.loads == 2);  // equal loads share their runs
}

TEST_CASE("an hour is charged for what was billed in it, and for the rounding of what ended in it",
          "[app][forecast]") {
    // One request of 20 s, ten seconds before the hour ends: at $360 an hour, $1 in each of two hours;
    // rounded up to a minute, $5 in the second.
    const ForecastRig rig;
    write_text(rig.folder / "one.csv", "t_s,input_tokens,output_tokens\n3590,1,1\n");
    for (const bool rounded : {false, true}) {
        const std::string step = rounded ? "60s" : "0s";
        ForecastRules rules = only_luck();
        rules.months = 1;
        const Forecast forecast = make_forecast(rig.file(R"({"name": "one", "horizon": "1w", "warm_up": "0s",
            "traffic": [{"source": "csv", "file": "one.csv", "align": "as-written"}],
            "pools": [{"name": "p", "workers": {"max": 4},
                       "policy": {"name": "scale-to-zero", "idle_timeout": "0s"},
                       "service": {"model": "fixed", "time": "20s"},
                       "price": {"instance": "$360/h", "step": ")" +
                                                         step + R"("}}]})"),
                                                rules);
        REQUIRE(forecast.months[0].dearest);
        CHECK(forecast.months[0].dearest->hour.cost == dollars(rounded ? 5 : 1));
        CHECK(forecast.months[0].dearest->hour.hour == (rounded ? 1 : 0));
        CHECK(forecast.months[0].dearest->hour.requests == (rounded ? 0 : 1));
    }
}

TEST_CASE("a free allowance is subtracted once a month", "[app][forecast]") {
    // 720 requests of 10 MB: 7.2 GB, of which 5 are free. A week's 1.68 GB would lie below them.
    const ForecastRig rig;
    ForecastRules rules = only_luck();
    rules.months = 2;
    rules.events = {parse_forecast_event("month 2: x3 for 2d", "e")};
    const std::string egress =
        R"(, "egress": {"price": "$0.1/GB", "free": "5GB", "bytes_per_request": "10MB"})";
    const Forecast forecast = make_forecast(rig.api(egress), rules);
    CHECK(forecast.months[0].bill->mean == dollars(1.08 + 0.22));
    // Another 96 requests are 0.96 GB, all of them beyond the allowance.
    CHECK(forecast.months[1].bill->mean == dollars(1.08 + 0.144 + 0.316));
}

TEST_CASE("a model's error is the same in all windows and all months", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.vary = Vary{false, false, true};
    rules.months = 2;
    rules.model_draws = 6;
    const Forecast forecast = make_forecast(rig.by_use(R"(, "error": "20%")"), rules);
    CHECK(forecast.windows == 1);  // nothing else varies
    CHECK(forecast.draws == 6);
    const BillSpread& month = *forecast.months[0].bill->spread;
    // Averaged over the windows of a month, 20% would shrink to a half; over two months, by another 30%.
    CHECK(to_usd(month.p95.value) > 1.15 * to_usd(forecast.months[0].bill->mean));
    CHECK(forecast.months[1].bill->spread->p95.value == month.p95.value);
    CHECK(forecast.total->spread->p95.value == month.p95.value + month.p95.value);
}

TEST_CASE("without a stated error, the models are not drawn", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 1;
    rules.windows = 2;
    CHECK(make_forecast(rig.by_use(), rules).draws == 1);
}

TEST_CASE("under 20 blocks of traffic a month has a mean and no interval", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 1;
    rules.windows = 2;
    rules.budget = dollars(1);
    const Forecast hours = make_forecast(rig.api(), rules);
    CHECK(hours.months[0].bill->spread);
    CHECK(hours.block == std::chrono::hours{1});
    rules.vary.block = std::chrono::hours{24};
    for (const bool traffic : {true, false}) {
        rules.vary.traffic = traffic;
        const Forecast days = make_forecast(rig.api(), rules);
        REQUIRE(days.months[0].bill);
        CHECK(to_usd(days.months[0].bill->mean) == Approx(1.08).epsilon(0.05));
        CHECK_FALSE(days.months[0].bill->spread);
        CHECK_FALSE(days.first_over(0.05));
        CHECK_THAT(forecast_text(days),
                   contains_text("under 20 blocks or 20 hours of traffic, so no month has"));
    }
}

TEST_CASE("a month of less than a week of traffic needs its shape", "[app][forecast]") {
    const ForecastRig rig;
    const auto two_hours = [&](const std::string& shape) {
        return rig.file(R"({"name": "short", "horizon": "2h", "warm_up": "0s")" + shape +
                        R"(, "traffic": [{"source": "poisson", "rate": "20/h"}],
            "pools": [{"name": "p", "workers": {"max": 4}, "policy": {"name": "fixed", "workers": 2},
                       "service": {"model": "fixed", "time": "4s"}, "price": "$2/h"}]})");
    };
    ForecastRules rules;
    rules.months = 1;
    rules.windows = 2;
    CHECK_THROWS_AS(make_forecast(two_hours(""), rules), InputError);
    std::string flat = R"(, "month_shape": [1)";
    for (int i = 1; i < 168; ++i) flat += ", 1";
    const Forecast forecast = make_forecast(two_hours(flat + "]"), rules);
    CHECK(forecast.windows_a_month == 360);
    CHECK(forecast.months[0].bill->mean == dollars(2880));
}

TEST_CASE("a pool that stands at its limit says that more would be asked for", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 2;
    rules.growth = 9;  // per month: 2 workers become 20
    rules.windows = 2;
    rules.lead = 1;
    const std::string text = R"({"name": "tight", "horizon": "1w", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "0.01/s"}],
        "pools": [{"name": "p", "workers": {"max": 3}, "policy": {"name": "scale-to-zero", "idle_timeout": "0s"},
                   "gpus": {"per_worker": 2}, "service": {"model": "fixed", "time": "20s"}, "price": "$4/h"}]})";
    const Forecast now = make_forecast(rig.file(text), rules);
    rules.lead.reset();
    const Forecast all = make_forecast(rig.file(text), rules);
    REQUIRE(all.quotas.size() == 1);
    CHECK(all.quotas[0].gpus_allowed == 6);
    CHECK(all.quotas[0].gpus_p95 == 6);
    CHECK(all.quotas[0].limit_month == 2);
    CHECK(all.quotas[0].at_limit > 5 * now.quotas[0].at_limit);
    CHECK(now.quota_months == 1);
    CHECK_THAT(forecast_text(all), contains_text("reaches its own maximum of 6 GPUs"));
}

TEST_CASE("where the fleet does not keep up there is no bill", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 2;
    rules.growth = 9;
    rules.windows = 2;
    const Forecast forecast = make_forecast(rig.file(R"({"name": "swamped", "horizon": "1w", "warm_up": "0s",
        "traffic": [{"source": "poisson", "rate": "60/h"}],
        "pools": [{"name": "p", "workers": {"max": 1}, "policy": {"name": "fixed", "workers": 1},
                   "queue": {"max_wait": "2w"},
                   "service": {"model": "fixed", "time": "30s"}, "price": "$4/h"}]})"),
                                            rules);
    CHECK(forecast.months[0].bill);
    CHECK_FALSE(forecast.months[1].bill);
    CHECK(forecast.months[1].unsettled == 2);
    CHECK_FALSE(forecast.total);
    CHECK_THAT(forecast_text(forecast), contains_text("does not keep up in month 2"));
}

TEST_CASE("a forecast is the same over one thread and two", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 3;
    rules.growth = 0.2;
    rules.windows = 3;
    rules.budget = dollars(700);
    std::set<std::string> texts;
    for (const int threads : {1, 2}) {
        within_threads(threads, [&] {
            const Forecast forecast = make_forecast(rig.by_use(), rules);
            texts.insert(forecast_json(forecast) + forecast_csv(forecast) + forecast_text(forecast));
        });
    }
    CHECK(texts.size() == 1);
}

TEST_CASE("what a forecast cannot be made of is refused", "[app][forecast]") {
    const ForecastRig rig;
    ForecastRules rules;
    rules.months = 2;
    rules.windows = 2;
    rules.lead = 3;
    CHECK_THROWS_AS(make_forecast(rig.api(), rules), InputError);
    rules.lead.reset();
    CHECK_THROWS_AS(make_forecast(rig.file(R"({"name": "free", "horizon": "1w",
        "traffic": [{"source": "poisson", "rate": "20/h"}],
        "pools": [{"name": "p", "policy": {"name": "fixed", "workers": 1},
                   "service": {"model": "fixed", "time": "4s"}}]})"),
                                  rules),
                    InputError);
}

}  // namespace spillway::tests
