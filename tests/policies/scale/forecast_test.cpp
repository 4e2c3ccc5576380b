#include "sim/core/error.hpp"
#include "tests/policies/scripted.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;
using namespace std::chrono_literals;

namespace {

/// What a look at the end of a minute sees: `rate` requests a second, each served for 10 s.
PoolView minute(int number, double rate, int workers) {
    PoolView view = quiet_pool(60s * number);
    view.max_workers = 1000;
    view.idle = workers;
    view.metrics.arrival_rate = rate;
    view.metrics.in_flight = 10 * rate;
    view.in_flight = static_cast<int>(10 * rate);
    return view;
}

std::unique_ptr<ScalePolicy> with_start(std::string_view json, double mean_start_seconds) {
    TestFleet fleet;
    fleet.pools = {{"pool", 1, 0, 1000, mean_start_seconds}};
    return make_scale_policy(config(json), fleet.context());
}

}  // namespace

TEST_CASE("forecast has the workers that a steady rate keeps busy, by Little's law", "[policies][forecast]") {
    // 2/s x 10 s = 20 slots, at 70%: ceil(28.6) = 29 workers. The first minute's completions are short of the
    // 20 requests that are still there: 120 - 20 = 100 took 1200 s, 12 s each, until later minutes tell
    // better.
    const auto policy = with_start(R"("forecast")", 90);
    CHECK(policy->wakes().tick == 60s);
    CHECK(policy->wakes().window == 60s);
    CHECK(policy->decide(minute(1, 2, 30), Trigger::kTick).target == 35);  // ceil(2 x 12 / 0.7)
    ScaleDecision decision{};
    for (int i = 2; i < 60; ++i) decision = policy->decide(minute(i, 2, 30), Trigger::kTick);
    CHECK(decision.target == 29);
    CHECK(decision.observed == tests::Approx(20).margin(0.01));
    CHECK(decision.threshold == tests::Approx(21));  // 0.7 x 30 workers
}

TEST_CASE("forecast starts workers one start and one interval before a rising rate", "[policies][forecast]") {
    // The rate rises by 0.1/s a minute. In minute n it is 0.1 n; a start of 90 s and the next look in 60 s
    // lie within three minutes: slots for 0.1 (n + 3). Both smoothing weights of 1 take the last two rates as
    // they are.
    constexpr std::string_view kExact = R"({"name": "forecast", "level": 1, "trend": 1, "utilization": 1})";
    const auto policy = with_start(kExact, 90);
    ScaleDecision decision{};
    for (int i = 1; i <= 200; ++i) decision = policy->decide(minute(i, 0.1 * i, 0), Trigger::kTick);
    // Completions lag behind arrivals by the requests that came on top: 1 of 1200 a minute.
    CHECK(decision.observed == tests::Approx(10 * 0.1 * 203).epsilon(0.002));
    const auto later = with_start(kExact, 600);
    for (int i = 1; i <= 200; ++i) decision = later->decide(minute(i, 0.1 * i, 0), Trigger::kTick);
    CHECK(decision.observed == tests::Approx(10 * 0.1 * 211).epsilon(0.002));  // eleven minutes
    const auto lead =
        with_start(R"({"name": "forecast", "level": 1, "trend": 1, "utilization": 1, "lead": "0s"})", 600);
    for (int i = 1; i <= 200; ++i) decision = lead->decide(minute(i, 0.1 * i, 0), Trigger::kTick);
    CHECK(decision.observed == tests::Approx(10 * 0.1 * 201).epsilon(0.002));
}

TEST_CASE("forecast sees a season's peak coming", "[policies][forecast]") {
    // Ten minutes a season, 5/s in the last of them and 1/s otherwise. Two minutes ahead are looked at.
    const auto policy =
        with_start(R"({"name": "forecast", "season": "10m", "trend": 0, "down_window": "0s"})", 60);
    const auto rate = [](int i) { return i % 10 == 9 ? 5.0 : 1.0; };
    ScaleDecision decision{};
    for (int i = 0; i < 86; ++i) decision = policy->decide(minute(i, rate(i), 80), Trigger::kTick);
    CHECK(decision.target < 25);  // minutes 86 and 87 are quiet
    policy->decide(minute(86, 1, 80), Trigger::kTick);
    decision = policy->decide(minute(87, 1, 80), Trigger::kTick);
    CHECK(decision.target > 65);  // minute 89 is the peak: 50 slots / 0.7
}

TEST_CASE("forecast has workers for the requests that are there, whatever it expects",
          "[policies][forecast]") {
    const auto policy = scale_policy(R"({"name": "forecast", "down_window": "0s"})");
    PoolView view = quiet_pool(60s);
    view.idle = 1;
    view.metrics.queued = 6;
    const ScaleDecision decision = policy->decide(view, Trigger::kTick);
    CHECK(decision.target == 6);
    CHECK(decision.observed == 6);
    CHECK(decision.threshold == 1);
    CHECK(policy->decide(quiet_pool(70s), Trigger::kUnserved).target == 1);
}

TEST_CASE("forecast lets idle workers go only, to the largest size of its window", "[policies][forecast]") {
    const auto policy = scale_policy(R"({"name": "forecast", "down_window": "120s"})");
    PoolView view = quiet_pool(60s);
    view.idle = 2;
    view.metrics.queued = 5;
    CHECK(policy->decide(view, Trigger::kTick).target == 5);
    view.metrics.queued = 0;
    view.idle = 5;
    view.now = SimTime{180s};
    CHECK(policy->decide(view, Trigger::kTick).target == 5);
    view.now = SimTime{240s};
    view.idle = 3;
    view.busy = 2;
    CHECK(policy->decide(view, Trigger::kTick).target == 2);
}

TEST_CASE("forecast refuses a season that is not made of intervals", "[policies][forecast]") {
    const auto make = [](std::string_view json) { return error_of([&] { scale_policy(json); }); };
    CHECK_THAT(make(R"({"name": "forecast", "season": "90s"})"), contains_text("multiple of interval"));
    CHECK_THAT(make(R"({"name": "forecast", "season": "60s"})"), contains_text("multiple of interval"));
    CHECK_THAT(make(R"({"name": "forecast", "utilization": 0})"), contains_text("above 0"));
    CHECK_THAT(make(R"({"name": "forecast", "season": "2000000h"})"), contains_text("too many intervals"));
    CHECK_THAT(make(R"({"name": "forecast", "lead": "2000000h"})"), contains_text("too long to be forecast"));
    CHECK_THAT(error_of([] { with_start(R"("forecast")", 1e300); }),
               contains_text("too long to be forecast"));
}
