#include "app/study/estimate.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Sum of squared deviations from the mean, by Welford's recurrence.
class Spread {
public:
    void add(double value) {
        ++count_;
        const double before = value - mean_;
        mean_ += before / static_cast<double>(count_);
        squares_ += before * (value - mean_);
    }
    double mean() const { return mean_; }
    /// Sample standard deviation; 0 below two values.
    double deviation() const {
        return count_ < 2 ? 0 : std::sqrt(squares_ / static_cast<double>(count_ - 1));
    }
    std::uint64_t count() const { return count_; }

private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double squares_ = 0;
};

/// Variance of a mean, and the degrees of freedom that it was estimated with.
struct MeanVariance {
    double variance = 0;
    double degrees = 1;
};

MeanVariance variance_of_mean(const Estimate& figure) {
    const auto count = static_cast<double>(figure.values());
    return {figure.deviation * figure.deviation / count, count - 1};
}

/// Of a difference of two independent means (Welch, Biometrika 34, 1947).
double welch_half_width(const MeanVariance& first, const MeanVariance& second) {
    const double variance = first.variance + second.variance;
    if (variance == 0)
        return 0;
    const double degrees = variance * variance /
                           (first.variance * first.variance / first.degrees +
                            second.variance * second.variance / second.degrees);
    return student_quantile(kConfidence, degrees) * std::sqrt(variance);
}

}  // namespace

double student_quantile(double confidence, double degrees) {
    SPILLWAY_CHECK(degrees > 0, "an interval needs two values");
    const boost::math::students_t law(degrees);
    return boost::math::quantile(boost::math::complement(law, (1 - confidence) / 2));
}

Estimate estimate(std::span<const Reading> readings) {
    Estimate result;
    result.replications = readings.size();
    Spread spread;
    for (const Reading& reading : readings) {
        if (reading.has_value()) {
            spread.add(reading.value());
        } else {
            ++(reading.state() == Reading::State::kNever ? result.never : result.nothing);
        }
    }
    result.mean = spread.mean();
    result.deviation = spread.deviation();
    if (spread.count() < 2)
        return result;
    const auto count = static_cast<double>(spread.count());
    const double student = student_quantile(kConfidence, count - 1);
    result.half_width = student * result.deviation / std::sqrt(count);
    result.range_half = student * result.deviation * std::sqrt(1 + 1 / count);
    return result;
}

std::vector<Reading> differences(std::span<const Reading> base, std::span<const Reading> head) {
    SPILLWAY_CHECK(base.size() == head.size(), "pairs need as many of both");
    std::vector<Reading> result;
    result.reserve(base.size());
    for (std::size_t i = 0; i < base.size(); ++i) {
        const bool both = base[i].has_value() && head[i].has_value();
        result.push_back(both ? Reading::of(head[i].value() - base[i].value()) : Reading::nothing());
    }
    return result;
}

std::optional<Change> relative_change(std::span<const Reading> base, std::span<const Reading> head) {
    SPILLWAY_CHECK(base.size() == head.size(), "pairs need as many of both");
    const Estimate first = estimate(base);
    const Estimate second = estimate(head);
    const auto whole = [](const Estimate& one) {
        return one.values() == one.replications && one.replications > 1;
    };
    if (!whole(first) || !whole(second) || first.mean == 0)
        return std::nullopt;
    const double ratio = second.mean / first.mean;
    Spread residuals;
    for (std::size_t i = 0; i < base.size(); ++i) residuals.add(head[i].value() - ratio * base[i].value());
    const auto count = static_cast<double>(base.size());
    const double error = residuals.deviation() / std::sqrt(count) / std::abs(first.mean);
    return Change{ratio - 1, student_quantile(kConfidence, count - 1) * error};
}

std::optional<Change> unpaired_difference(std::span<const Reading> base, std::span<const Reading> head) {
    const Estimate first = estimate(base);
    const Estimate second = estimate(head);
    if (!first.has_interval() || !second.has_interval())
        return std::nullopt;
    return Change{second.mean - first.mean,
                  welch_half_width(variance_of_mean(first), variance_of_mean(second))};
}

std::optional<Change> unpaired_change(std::span<const Reading> base, std::span<const Reading> head) {
    const Estimate first = estimate(base);
    const Estimate second = estimate(head);
    if (!first.has_interval() || !second.has_interval() || first.mean == 0)
        return std::nullopt;
    const double ratio = second.mean / first.mean;
    MeanVariance scaled = variance_of_mean(first);
    scaled.variance *= ratio * ratio;
    return Change{ratio - 1, welch_half_width(scaled, variance_of_mean(second)) / std::abs(first.mean)};
}

std::size_t mser_truncation(std::span<const double> batch_means) {
    const std::size_t count = batch_means.size();
    Spread tail;
    std::size_t best = 0;
    double smallest = 0;
    for (std::size_t dropped = count; dropped-- > 0;) {
        tail.add(batch_means[dropped]);
        const auto kept = static_cast<double>(tail.count());
        if (dropped > count / 2)
            continue;
        const double variance = tail.deviation() * tail.deviation() * (kept - 1) / kept;
        const double error = variance / kept;
        if (dropped == count / 2 || error <= smallest) {
            smallest = error;
            best = dropped;
        }
    }
    return best;
}

}  // namespace spillway
