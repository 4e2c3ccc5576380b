#include "app/run/month.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kWeek = 168 * kHour;
constexpr std::int64_t kThursday = 72 * kHour;  // 1970-01-01 was one; shapes begin on Monday

/// The weight of [begin, begin + length), both in seconds, in a week that repeats.
double weight_of(const std::vector<double>& shape, std::int64_t begin, double length) {
    double weight = 0;
    std::int64_t at = begin;
    double left = length;
    while (left > 0) {
        const auto hour = static_cast<std::size_t>(((at + kThursday) % kWeek + kWeek) % kWeek / kHour);
        const std::int64_t rest = kHour - ((at % kHour) + kHour) % kHour;
        const double span = std::min(left, static_cast<double>(rest));
        weight += shape[hour] * span / static_cast<double>(kHour);
        at += rest;
        left -= span;
    }
    return weight;
}

/// A ratio of doubles to a part in a million.
Ratio ratio_of(double value) {
    SPILLWAY_CHECK(value > 0 && value < 1e12, "a month is a positive multiple of the window");
    return {std::llround(value * 1e6), 1'000'000};
}

}  // namespace

MonthPlan plan_month(const Scenario& scenario, SimTime horizon, bool settled) {
    if (!settled)
        return {MonthBasis::kNotSettled, std::nullopt};
    const Duration window = horizon.time_since_epoch();
    if (window >= std::chrono::hours{168}) {
        return {MonthBasis::kTraffic, Ratio{scenario.month.count(), window.count()}};
    }
    if (scenario.month_shape.empty())
        return {MonthBasis::kTooShort, std::nullopt};
    const double covered = weight_of(scenario.month_shape, scenario.wall_clock, to_seconds(window));
    if (!(covered > 0))
        return {MonthBasis::kTooShort, std::nullopt};
    const double week = std::accumulate(scenario.month_shape.begin(), scenario.month_shape.end(), 0.0);
    const double weeks = to_seconds(scenario.month) / static_cast<double>(kWeek);
    return {MonthBasis::kShape, ratio_of(week / covered * weeks)};
}

}  // namespace spillway
