// Rates and burstiness of the generators that do not wait for answers, against theory. Seeds are fixed; each
// interval is four standard errors wide, so that an honest generator fails one in 16,000 checks.
#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/traces/source_rig.hpp"

namespace spillway::tests {
namespace {

using namespace std::chrono_literals;

constexpr double kSigmas = 4;

/// Within four standard errors of `expected`.
void check_within(double value, double expected, double standard_error) {
    CHECK(std::abs(value - expected) < kSigmas * standard_error);
}

TEST_CASE("Poisson arrivals have the stated rate, and counts as spread as their mean", "[traces][poisson]") {
    const auto arrivals = arrivals_of(R"({"source": "poisson", "rate": "20/s", "duration": "5000s"})");
    const auto count = static_cast<double>(arrivals.size());
    check_within(count, 100'000, std::sqrt(100'000));
    check_within(gap_moments(arrivals).cv(), 1, std::sqrt(1 / count));  // of a sample: var(cv) is 1/n for Exp
    const double bins = 5000;
    check_within(count_moments(arrivals, 1s, 5000s).dispersion(), 1, std::sqrt(2 / bins));
}

TEST_CASE("a Poisson source ends at its duration, its count or the horizon", "[traces][poisson]") {
    const auto by_duration = arrivals_of(R"({"source": "poisson", "rate": "10/s", "duration": "60s"})", 100s);
    CHECK(by_duration.back().at < SimTime{60s});
    CHECK(by_duration.back().at > SimTime{58s});
    const auto by_horizon = arrivals_of(R"({"source": "poisson", "rate": "10/s"})", 30s);
    CHECK(by_horizon.back().at < SimTime{30s});
    CHECK(by_horizon.back().at > SimTime{28s});
    CHECK(arrivals_of(R"({"source": "poisson", "rate": "10/s", "count": 77})").size() == 77);
    CHECK(arrivals_of(R"({"source": "poisson", "rate": "10/s", "count": 0})").empty());
}

TEST_CASE("gamma gaps have the stated rate and coefficient of variation", "[traces][gamma]") {
    for (const double cv : {0.3, 1.0, 2.0, 4.0}) {
        INFO("cv " << cv);
        const auto arrivals = arrivals_of(
            R"({"source": "gamma", "rate": "50/s", "duration": "20000s", "cv": )" + std::to_string(cv) + "}");
        const auto count = static_cast<double>(arrivals.size());
        check_within(count, 1e6, cv * 1000);
        // The excess kurtosis of a gamma is 6 cv^2 and its skewness 2 cv: delta method for the sample's cv.
        const double error = cv * std::sqrt((0.5 + cv * cv / 2) / count);
        check_within(gap_moments(arrivals).cv(), cv, error);
    }
}

TEST_CASE("gamma arrivals begin in their steady state", "[traces][gamma]") {
    // Of 4,000 short runs, as many arrivals in the first second as the rate says: without the residual first
    // gap there would be (cv^2 - 1) / 2 = 4 more.
    double total = 0;
    double squares = 0;
    constexpr int kRuns = 4000;
    for (int run = 0; run < kRuns; ++run) {
        SourceRig rig;
        rig.seed.replication = static_cast<std::uint64_t>(run);
        const auto count = static_cast<double>(
            drain(rig.make(R"({"source": "gamma", "rate": "10/s", "cv": 3, "duration": "1s"})")).size());
        total += count;
        squares += count * count;
    }
    const double mean = total / kRuns;
    check_within(mean, 10, std::sqrt((squares / kRuns - mean * mean) / kRuns));
}

TEST_CASE("an MMPP has the mean rate and the index of dispersion of its closed form", "[traces][mmpp]") {
    const auto arrivals = arrivals_of(R"({"source": "mmpp", "duration": "2000000s", "states": [
        {"rate": "4/s", "mean_sojourn": "20s"}, {"rate": "0.2/s", "mean_sojourn": "60s"}]})");
    // Heffes, Lucantoni, "A Markov modulated characterization of packetized voice", JSAC 4 (1986): with
    // leaving rates r, s the variance of counts over their mean tends to 1 + 2 (a - b)^2 r s / ((r + s)^2 (a
    // s + b r)).
    const double a = 4;
    const double b = 0.2;
    const double r = 1.0 / 20;
    const double s = 1.0 / 60;
    const double mean = (a * s + b * r) / (r + s);
    const double limit = 1 + 2 * (a - b) * (a - b) * r * s / ((r + s) * (r + s) * (a * s + b * r));
    const double t = 2'000'000;
    check_within(static_cast<double>(arrivals.size()), mean * t, std::sqrt(limit * mean * t));
    // In bins of length h the excess is less by the factor 1 - (1 - e^-x) / x with x = (r + s) h.
    const double x = (r + s) * 2000;
    const double expected = 1 + (limit - 1) * (1 - (1 - std::exp(-x)) / x);
    check_within(count_moments(arrivals, 2000s, 2'000'000s).dispersion(), expected,
                 expected * std::sqrt(2.0 / 1000));
}

TEST_CASE("an MMPP begins in each state as often as it is in it", "[traces][mmpp]") {
    int busy = 0;
    constexpr int kRuns = 2000;
    for (int run = 0; run < kRuns; ++run) {
        SourceRig rig;
        rig.seed.replication = static_cast<std::uint64_t>(run);
        rig.end = SimTime{1s};
        busy += drain(rig.make(R"({"source": "mmpp", "states": [{"rate": "100/s", "mean_sojourn": "1000s"},
                                   {"rate": "0/s", "mean_sojourn": "3000s"}]})"))
                        .empty()
                    ? 0
                    : 1;
    }
    check_within(busy, kRuns * 0.25, std::sqrt(kRuns * 0.25 * 0.75));
}

TEST_CASE("a source with a cv and a changing rate keeps both", "[traces][rate-series]") {
    const auto arrivals = arrivals_of(R"({"source": "rate-series", "cv": 2, "duration": "20000s", "steps": [
        {"from": "0s", "rate": "5/s"}, {"from": "10000s", "rate": "50/s"}]})");
    std::vector<Arrival> slow;
    std::vector<Arrival> fast;
    for (const Arrival& arrival : arrivals) (arrival.at < SimTime{10'000s} ? slow : fast).push_back(arrival);
    check_within(static_cast<double>(slow.size()), 50'000, 2 * std::sqrt(50'000));
    check_within(static_cast<double>(fast.size()), 500'000, 2 * std::sqrt(500'000));
    check_within(gap_moments(slow).cv(), 2, 2 * std::sqrt(2.5 / 50'000));
    check_within(gap_moments(fast).cv(), 2, 2 * std::sqrt(2.5 / 500'000));
}

TEST_CASE("a rate series is silent before its first step and in steps of rate 0", "[traces][rate-series]") {
    const auto arrivals = arrivals_of(R"({"source": "rate-series", "factor": 2, "steps": [
        {"from": "10s", "rate": "10/s"}, {"from": "20s", "rate": "0/s"}, {"from": "30s", "rate": "10/s"}]})",
                                      40s);
    for (const Arrival& arrival : arrivals) {
        const double t = to_seconds(arrival.at);
        CHECK(((t >= 10 && t < 20) || (t >= 30 && t < 40)));
    }
    check_within(static_cast<double>(arrivals.size()), 400, 20);
}

}  // namespace
}  // namespace spillway::tests
