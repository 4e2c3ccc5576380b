#include "calibration/common/stop_rule.hpp"

#include "sim/core/check.hpp"
#include "tests/support/catch.hpp"

namespace spillway::tests {
namespace {

StopRule rule_of(double precision, std::size_t least, std::size_t most) {
    StopRule rule;
    rule.precision = precision;
    rule.least = least;
    rule.most = most;
    rule.floor_seconds = 0;
    rule.ceiling_seconds = 1e9;
    return rule;
}

/// Adds samples of the values in turn, a second each, until it stops.
std::size_t samples_until_stop(const StopRule& rule, const std::vector<double>& values) {
    Sampling sampling(rule);
    for (std::size_t i = 0; !sampling.stopped(); ++i)
        sampling.add(values[i % values.size()], static_cast<double>(i + 1));
    return sampling.samples().size();
}

}  // namespace

TEST_CASE("equal samples are precise with the fewest that a rule allows", "[calibration][stop_rule]") {
    REQUIRE(samples_until_stop(rule_of(0.01, 10, 1000), {3}) == 10);
    REQUIRE(samples_until_stop(rule_of(0.01, 6, 1000), {3}) == 6);
}

TEST_CASE("fewer than six samples are never precise", "[calibration][stop_rule]") {
    REQUIRE(samples_until_stop(rule_of(0.01, 2, 1000), {3}) == 6);
}

TEST_CASE("a wide interval is measured on until the most samples are taken", "[calibration][stop_rule]") {
    Sampling sampling(rule_of(0.01, 10, 37));
    for (int i = 0; !sampling.stopped(); ++i) sampling.add(i % 2 == 0 ? 1 : 2, i);
    REQUIRE(sampling.samples().size() == 37);
    REQUIRE(sampling.stopped() == StopReason::kMost);
    REQUIRE(*sampling.statistics().half_width > 0.01);
}

TEST_CASE("a steady point is measured until the floor is passed", "[calibration][stop_rule]") {
    StopRule rule = rule_of(0.01, 6, 1000);
    rule.floor_seconds = 20;
    REQUIRE(samples_until_stop(rule, {3}) == 20);
}

TEST_CASE("an unsteady point is measured until the ceiling is passed, with two samples at least",
          "[calibration][stop_rule]") {
    StopRule rule = rule_of(0.01, 6, 1000);
    rule.ceiling_seconds = 12;
    REQUIRE(samples_until_stop(rule, {1, 2}) == 12);
    rule.ceiling_seconds = 0.5;
    REQUIRE(samples_until_stop(rule, {1, 2}) == 2);
}

TEST_CASE("a sample after the stop is a broken promise", "[calibration][stop_rule]") {
    Sampling sampling(rule_of(0.01, 6, 1));
    sampling.add(1, 0);
    REQUIRE(sampling.stopped() == StopReason::kMost);
    REQUIRE_THROWS_AS(sampling.add(1, 0), InternalError);
}

TEST_CASE("the reasons for a stop have names of their own", "[calibration][stop_rule]") {
    REQUIRE(stop_reason_name(StopReason::kPrecise) == "precise");
    REQUIRE(stop_reason_name(StopReason::kMost) == "most samples");
    REQUIRE(stop_reason_name(StopReason::kCeiling) == "out of time");
}

}  // namespace spillway::tests
