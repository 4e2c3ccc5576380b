#include "traces/traffic_meters.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace spillway {

namespace {

constexpr std::array<Duration, 4> kTimeouts{std::chrono::seconds(5), std::chrono::seconds(60),
                                            std::chrono::minutes(5), std::chrono::minutes(15)};
/// Finer grids than this change no figure that anybody looks at.
constexpr Duration kCoarse = std::chrono::milliseconds(10);

Duration to_three_digits(std::uint64_t nanoseconds) {
    const double value = static_cast<double>(nanoseconds);
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
    return Duration(std::llround(std::round(value / unit) * unit));
}

}  // namespace

void NumberMeter::add(std::uint64_t value) {
    min_ = histogram_.count() == 0 ? value : std::min(min_, value);
    max_ = std::max(max_, value);
    histogram_.add(value);
    const double number = static_cast<double>(value);  // Welford's recurrence: sums of squares would cancel
    const double before = number - mean_;
    mean_ += before / static_cast<double>(histogram_.count());
    squares_ += before * (number - mean_);
}

Percentiles NumberMeter::result(double unit) const {
    Percentiles result;
    if (histogram_.count() == 0)
        return result;
    const auto at = [&](double share) {
        const double rank = std::ceil(share * static_cast<double>(histogram_.count()));
        const std::uint64_t value = histogram_.nth(static_cast<std::uint64_t>(std::max(rank, 1.0)) - 1);
        return static_cast<double>(std::clamp(value, min_, max_)) * unit;
    };
    result.mean = mean_ * unit;
    result.min = static_cast<double>(min_) * unit;
    result.p10 = at(0.10);
    result.p50 = at(0.50);
    result.p90 = at(0.90);
    result.p95 = at(0.95);
    result.p99 = at(0.99);
    result.max = static_cast<double>(max_) * unit;
    return result;
}

double NumberMeter::cv() const {
    if (mean_ == 0)
        return 0;
    return std::sqrt(squares_ / static_cast<double>(histogram_.count())) / mean_;
}

void GapMeter::add(SimTime at) {
    if (!first_)
        first_ = last_ = at;
    const Duration gap = at - last_;
    if (at_last_ != 0)
        gaps_.add(static_cast<std::uint64_t>(gap.count()));
    if (gap > Duration{} || at_last_ == 0) {
        ++distinct_;
        at_last_ = 0;
    }
    most_at_one_ = std::max(most_at_one_, ++at_last_);
    if (gap > longest_) {
        longest_ = gap;
        longest_begin_ = last_;
    }
    for (std::size_t i = 0; i < kTimeouts.size() && gap > kTimeouts[i]; ++i) {
        beyond_[i] += gap - kTimeouts[i];
        ++longer_[i];
    }
    if (common_divisor_ == 0 || common_divisor_ >= kCoarse.count()) {
        common_divisor_ = std::gcd(common_divisor_, gap.count());
    }
    last_ = at;
}

void GapMeter::report(TrafficStatistics& statistics) const {
    const double days = to_seconds(statistics.last - statistics.first) / (24 * 3600.0);
    statistics.gap_seconds = gaps_.result(1e-9);
    statistics.gap_cv = gaps_.cv();
    statistics.longest_gap_begin = longest_begin_;
    for (std::size_t i = 0; i < kTimeouts.size(); ++i) {
        const double hours = to_seconds(beyond_[i]) / 3600.0;
        statistics.idle[i] = {kTimeouts[i], longer_[i], days == 0 ? 0 : hours / days};
    }
    statistics.stamps = {distinct_, most_at_one_, grid()};
}

/// Either all stamps are multiples of something coarse, or many requests share few stamps, which then are
/// about as far apart as the shorter of the distances between them (a grid that itself jitters a little).
std::optional<Duration> GapMeter::grid() const {
    constexpr std::uint64_t kFewStamps = 10;
    constexpr double kManyAtOne = 1.5;
    if (distinct_ < kFewStamps)
        return std::nullopt;
    if (common_divisor_ >= kCoarse.count())
        return Duration(common_divisor_);
    const LogHistogram& gaps = gaps_.histogram();
    if (static_cast<double>(gaps.count() + 1) < kManyAtOne * static_cast<double>(distinct_))
        return std::nullopt;
    const std::uint64_t apart = distinct_ - 1;
    return to_three_digits(gaps.nth(gaps.zeros() + apart / 20));
}

}  // namespace spillway
