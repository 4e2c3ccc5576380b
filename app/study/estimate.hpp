#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/study/metric.hpp"

namespace spillway {

/// Confidence of every interval of a study.
constexpr double kConfidence = 0.95;

/// What replications say of one figure. The interval of the mean says how well they know its expected value;
/// the range says where a single window lies. Both are Student's, of independent replications.
struct Estimate {
    std::uint64_t replications = 0;
    std::uint64_t never = 0;    ///< of them: the figure was never reached
    std::uint64_t nothing = 0;  ///< of them: there was nothing to measure
    double mean = 0;            ///< of those that have a value
    double deviation = 0;       ///< sample standard deviation of the same
    double half_width = 0;      ///< of the 95% interval of the mean
    double range_half = 0;      ///< of the 95% range of one further replication

    std::uint64_t values() const noexcept { return replications - never - nothing; }
    /// Whether there is a mean, of all replications.
    bool has_mean() const noexcept { return values() > 0 && never == 0; }
    /// Whether there is an interval too: two values and more, none of them never.
    bool has_interval() const noexcept { return values() > 1 && never == 0; }
    double low() const noexcept { return mean - half_width; }
    double high() const noexcept { return mean + half_width; }
};

Estimate estimate(std::span<const Reading> readings);

/// A change with its 95% interval.
struct Change {
    double mean = 0;  ///< of a relative one, 0.02: 2% more
    double half_width = 0;

    double low() const noexcept { return mean - half_width; }
    double high() const noexcept { return mean + half_width; }
};

/// How `head` differs from `base`, replication by replication, as a share of base's mean: the ratio of means
/// with the interval of its residuals (Cochran, Sampling Techniques, 1977, section 6.4). Empty when one of
/// them lacks a value in some replication, with fewer than two, and for a base whose mean is 0. Requires: as
/// many of both.
std::optional<Change> relative_change(std::span<const Reading> base, std::span<const Reading> head);

/// The same for replications that are no pairs, each with its own draws: the intervals of both means together
/// (Welch's degrees of freedom).
std::optional<Change> unpaired_change(std::span<const Reading> base, std::span<const Reading> head);

/// Readings of head - base, replication by replication; nothing where one has no value. Requires: as many of
/// both.
std::vector<Reading> differences(std::span<const Reading> base, std::span<const Reading> head);

/// The interval of head - base for replications that are no pairs (Welch). Empty when one has no interval.
std::optional<Change> unpaired_difference(std::span<const Reading> base, std::span<const Reading> head);

/// The two-sided quantile of Student's law: |T| stays below it with `confidence`. Requires: degrees > 0.
double student_quantile(double confidence, double degrees);

/// Where a series has left its initial transient: the number of leading values to drop that makes the
/// marginal standard error smallest (MSER; White, Simulation 69(6), 1997), over at most half of them. Give it
/// means of five observations each for MSER-5.
std::size_t mser_truncation(std::span<const double> batch_means);

}  // namespace spillway
