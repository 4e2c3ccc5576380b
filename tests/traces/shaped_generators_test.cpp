// Generators with a shape: by hour and day, and spikes.
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMonday = 345'600;  // 1970-01-05T00:00

std::vector<Arrival> play(const std::string& json, Duration horizon, std::int64_t wall_clock) {
    SourceRig rig;
    rig.end = SimTime{horizon};
    rig.wall_clock = wall_clock;
    return drain(rig.make(json));
}

double count_between(const std::vector<Arrival>& arrivals, Duration from, Duration to) {
    double count = 0;
    for (const Arrival& each : arrivals) count += each.at >= SimTime{from} && each.at < SimTime{to} ? 1 : 0;
    return count;
}

/// A Poisson count: four standard deviations.
void check_count(double count, double expected) {
    INFO("expected " << expected);
    CHECK(std::abs(count - expected) < 4 * std::sqrt(expected));
}

TEST_CASE("diurnal traffic has the stated mean and ratio of peak to trough", "[traces][diurnal]") {
    const auto arrivals = play(
        R"({"source": "diurnal", "rate": "1/s", "peak_to_trough": 4, "peak_hour": 15})", 7 * 24h, kMonday);
    check_count(static_cast<double>(arrivals.size()), 7 * 86'400);
    double peak = 0;
    double trough = 0;
    for (int day = 0; day < 7; ++day) {
        peak += count_between(arrivals, 24h * day + 14h + 30min, 24h * day + 15h + 30min);
        trough += count_between(arrivals, 24h * day + 2h + 30min, 24h * day + 3h + 30min);
    }
    // 1 + 0.6 and 1 - 0.6; the mean of the cosine over half an hour to each side is 0.997 of its top.
    check_count(peak, 7 * 3600 * 1.6);
    check_count(trough, 7 * 3600 * 0.4);
}

TEST_CASE("diurnal traffic follows the wall clock", "[traces][diurnal]") {
    const std::string weights = R"({"source": "diurnal", "rate": "1/s", "hours": [0,0,0,0,0,0,0,0,0,24,0,0,
        0,0,0,0,0,0,0,0,0,0,0,0], "days": [0,0,7,0,0,0,0]})";
    // All of a week's traffic falls on Wednesday from nine to ten; the run begins on Tuesday at 20:30.
    const auto arrivals = play(weights, 48h, kMonday + 160'200);
    check_count(static_cast<double>(arrivals.size()), 7 * 86'400);
    CHECK(count_between(arrivals, 12h + 30min, 13h + 30min) == static_cast<double>(arrivals.size()));
}

TEST_CASE("diurnal weights are checked", "[traces][diurnal]") {
    const std::string start = R"({"source": "diurnal", "rate": "1/s", )";
    require_refused(start + R"("hours": [1, 2]})", ".hours", "needs 24 weights, has 2", 1h);
    require_refused(start + R"("days": [1, 1, 1, 1, 1, 1, -1]})", ".days[6]", "negative", 1h);
    require_refused(start + R"("days": [0, 0, 0, 0, 0, 0, 0]})", ".days", "no weight is above 0", 1h);
    require_refused(start + R"("peak_to_trough": 0.5})", ".peak_to_trough", "1 or more", 1h);
    require_refused(start + R"("cv": 0})", ".cv", "above 0", 1h);
}

TEST_CASE("spikes stand where they are listed, with their height and width", "[traces][spikes]") {
    const auto arrivals = play(
        R"({"source": "spikes", "height": "100/s", "width": "60s", "at": ["0s", "600s", "660s"]})", 1h, 0);
    check_count(count_between(arrivals, 0s, 60s), 6000);
    check_count(count_between(arrivals, 600s, 720s), 12'000);
    CHECK(count_between(arrivals, 0s, 60s) + count_between(arrivals, 600s, 720s) ==
          static_cast<double>(arrivals.size()));
}

TEST_CASE("periodic spikes come once a period, in their shape", "[traces][spikes]") {
    const auto triangle = play(
        R"({"source": "spikes", "height": "50/s", "width": "100s", "shape": "triangle", "every": "1000s"})",
        10'500s, 0);
    check_count(static_cast<double>(triangle.size()), 25'000);
    check_count(count_between(triangle, 1040s, 1060s), 50 * 20 * 0.9);
    const auto decay =
        play(R"({"source": "spikes", "height": "50/s", "width": "100s", "shape": "decay", "every": "1000s"})",
             10'500s, 0);
    check_count(static_cast<double>(decay.size()), 10 * 50 * 100 * 0.95 / std::log(20));
    CHECK(count_between(decay, 1000s, 1010s) > 4 * count_between(decay, 1090s, 1100s));
}

TEST_CASE("random spikes have their mean rate and do not overlap", "[traces][spikes]") {
    const auto arrivals =
        play(R"({"source": "spikes", "height": "10/s", "width": "20s", "rate": "36/h"})", 500h, 0);
    // 18,000 spikes with exponential pauses of 80 s between them: a renewal process of cv 0.8, so the number
    // of spikes has a deviation of 0.8 sqrt(18,000) and each brings 200 requests.
    const double spikes = 18'000;
    const double deviation = 200 * 0.8 * std::sqrt(spikes) + std::sqrt(200 * spikes);
    CHECK(std::abs(static_cast<double>(arrivals.size()) - 200 * spikes) < 4 * deviation);
    CHECK(count_moments(arrivals, 1s, 500h).mean < 10);
}

TEST_CASE("spikes come on top of another source, which they do not change", "[traces][spikes]") {
    const std::string base = R"({"source": "poisson", "rate": "5/s", "input_tokens": 7})";
    const auto both = play(R"({"source": "spikes", "height": "100/s", "width": "10s", "at": ["50s"],
                              "input_tokens": 9, "over": )" +
                               base + "}",
                           100s, 0);
    double spike = 0;
    for (const Arrival& each : both) {
        if (each.input_tokens != 9)
            continue;
        ++spike;
        CHECK(each.at >= SimTime{50s});
        CHECK(each.at < SimTime{60s});
    }
    check_count(spike, 1000);
    check_count(static_cast<double>(both.size()) - spike, 500);
}

TEST_CASE("spikes that cannot be placed are refused", "[traces][spikes]") {
    const std::string start = R"({"source": "spikes", "height": "1/s", "width": "60s")";
    require_refused(start + "}", "source", "needs one of", 1h);
    require_refused(start + R"(, "every": "5m", "at": ["1s"]})", "source", "needs one of", 1h);
    require_refused(start + R"(, "every": "30s"})", ".every", "shorter than \"width\"", 1h);
    require_refused(start + R"(, "at": ["10m", "5m"]})", ".at[1]", "before the spike in front", 1h);
    require_refused(start + R"(, "rate": "1/s"})", ".rate", "no time between", 1h);
    require_refused(start + R"(, "every": "5m", "over": {"source": "closed-loop", "clients": 1}})", ".over",
                    "waits for answers", 1h);
    require_refused(start + R"(, "every": "5m"})", "source", "never ends");
}

}  // namespace
}  // namespace spillway::tests
