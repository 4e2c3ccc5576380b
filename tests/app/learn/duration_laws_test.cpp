#include "app/learn/duration_laws.hpp"

#include <array>
#include <cmath>

#include "app/learn/learn_laws.hpp"
#include "sim/core/distribution.hpp"
#include "sim/core/parse_units.hpp"
#include "sim/core/rng.hpp"
#include "tests/support/catch.hpp"

using namespace spillway;
using namespace spillway::tests;

namespace {

constexpr std::array kAll{LawKind::kExponential, LawKind::kLognormal, LawKind::kGamma, LawKind::kWeibull};

/// Draws of a law, each cut off by a draw of another.
std::vector<CensoredTime> censored(const Distribution& law, const Distribution& cut, std::size_t count) {
    RandomStream stream(StreamKey(RunSeed{}, "test/laws"), 0);
    std::vector<CensoredTime> times;
    for (std::size_t i = 0; i < count; ++i) {
        const double time = law.quantile(stream.uniform());
        const double limit = cut.quantile(stream.uniform());
        times.push_back({std::min(time, limit), limit < time});
    }
    return times;
}

const Distribution kNoCut = Distribution::constant(1e9);

}  // namespace

TEST_CASE("the estimate of Kaplan and Meier is that of the textbook", "[learn][laws]") {
    // Cox and Oakes 1984, table 1.1: remission under 6-MP, in weeks.
    std::vector<CensoredTime> times;
    for (const double week : {6, 6, 6, 7, 10, 13, 16, 22, 23}) times.push_back({week, false});
    for (const double week : {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) times.push_back({week, true});
    const std::vector<SurvivalPoint> curve = kaplan_meier(times);
    REQUIRE(curve.size() == 7);
    CHECK(curve[0].survival == Approx(0.857).margin(0.0005));
    CHECK(curve[2].survival == Approx(0.753).margin(0.0005));
    CHECK(curve[6].survival == Approx(0.448).margin(0.0005));
}

TEST_CASE("the law that times were drawn from is found, with its parameters", "[learn][laws]") {
    struct Case {
        Distribution law;
        LawKind kind;
        double median;
    };
    const Case cases[] = {
        {Distribution::lognormal(12, 0.6), LawKind::kLognormal, 12 / std::sqrt(1.36)},
        {Distribution::exponential(20), LawKind::kExponential, 20 * std::log(2.0)},
        {Distribution::weibull(30, 2.5), LawKind::kWeibull, Distribution::weibull(30, 2.5).quantile(0.5)},
    };
    for (const Case& one : cases) {
        const LawFinding found = fit_law(censored(one.law, kNoCut, 600), kAll, Shifts::kNone);
        INFO(law_name(one.kind) << " as " << law_text(found.law));
        CHECK(found.law.kind == one.kind);
        CHECK(found.law.survival(one.median) == Approx(0.5).margin(0.06));
        CHECK(found.distance < 0.06);
        CHECK(found.left_out_distance < 0.12);
    }
}

TEST_CASE("who was cut off moves no median", "[learn][laws]") {
    const Distribution law = Distribution::weibull(40, 1.5);
    const auto times = censored(law, Distribution::exponential(20), 1500);
    const LawFinding found = fit_law(times, kAll, Shifts::kNone);
    CHECK(found.at_least > found.exact);
    CHECK(found.law.survival(law.quantile(0.5)) == Approx(0.5).margin(0.06));
}

TEST_CASE("times that are alike are a constant, and a shift is found", "[learn][laws]") {
    const std::vector<CensoredTime> alike(9, {3.0, false});
    CHECK(fit_law(alike, kAll, Shifts::kTried).law.kind == LawKind::kConstant);
    std::vector<CensoredTime> shifted = censored(Distribution::exponential(2), kNoCut, 400);
    for (CensoredTime& time : shifted) time.seconds += 10;
    const LawFinding found = fit_law(shifted, kAll, Shifts::kTried);
    CHECK(found.law.shift == Approx(10).margin(1));
    CHECK(found.distance < 0.1);
}

TEST_CASE("few starts and few leavers are no law, and it says so", "[learn][laws]") {
    std::vector<ObservedStart> starts;
    for (const double seconds : {4.0, 5.0, 9.0})
        starts.push_back({{{StartPhase::kContainer, seconds, false}}});
    const StartupFinding startup = learn_startup(starts);
    REQUIRE(startup.phases.size() == 1);
    CHECK(startup.phases[0].law == R"({"empirical": ["4s", "5s", "9s"]})");
    CHECK_THAT(startup.phases[0].note, contains_text("not identifiable: 3 starts"));
    CHECK_THAT(learn_startup({}).why_not, contains_text("no request waited"));
    const std::vector<ObservedWait> waits{{3, true}, {4, false}};
    CHECK_THAT(learn_patience(waits).why_not, contains_text("1 request gave up"));
}

TEST_CASE("durations of laws are as scenarios read them", "[learn][laws]") {
    CHECK(duration_text(12.3456) == "12.35s");
    CHECK(duration_text(100'000) == "100000s");
    for (const double seconds : {1e-310, 1e-12, 2.5e-5, 0.1, 3.0, 1e300}) {
        INFO(duration_text(seconds));
        CHECK(parse_duration(duration_text(seconds)));
    }
    CHECK(duration_text(2.5e-5) == "0.000025s");
}

TEST_CASE("patience is learnt from the first 10,000 waits, and it says how many there were",
          "[learn][laws]") {
    std::vector<ObservedWait> waits;
    for (int i = 0; i < 10'500; ++i) waits.push_back({1.0 + i % 7, i % 50 == 0});
    waits.push_back({0, false});  // was taken at once
    const PatienceFinding found = learn_patience(waits);
    CHECK(found.waits == 10'500);
    CHECK(found.finding.exact + found.finding.at_least == 10'000);
}
