#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/study/estimate.hpp"
#include "app/study/scenario_runs.hpp"

namespace spillway {

enum class Verdict : std::uint8_t {
    kBetter,
    kSame,     ///< not a difference that matters
    kUnclear,  ///< the interval leaves it open
    kWorse,
    kChanged,  ///< differs, and has no better or worse; or was run on other inputs
    kMissing,  ///< one of the two has nothing to compare
};
std::string_view verdict_name(Verdict verdict) noexcept;

/// How one metric differs between two scenarios.
struct MetricComparison {
    Metric metric;
    Estimate base;
    Estimate head;
    std::optional<Change> relative;    ///< of base's mean; empty where there is no such
    std::optional<Change> difference;  ///< head - base, in the metric's unit
    Verdict verdict = Verdict::kUnclear;
    std::string reason;  ///< why, where the figures do not say it
};

/// Two scenarios, metric by metric.
struct Comparison {
    std::string base;
    std::string head;
    bool paired = false;  ///< by common random numbers: the same draws, replication by replication
    std::uint64_t replications = 0;
    Vary vary;
    double variance_reduction =
        1;  ///< of the first metric: variance of an unpaired difference over this one's
    std::vector<MetricComparison> metrics;
    std::vector<std::string> notes;  ///< runs that did not settle, and the like
};

/// Changes smaller than this are called the same, whatever their interval: a share of base's mean, or for
/// metrics that are shares, of the requests.
constexpr double kSameWithin = 0.005;
constexpr double kSameShareWithin = 0.0005;

/// Compares the metrics that both have. A share of failed requests that grew leaves no other metric better.
Comparison compare_runs(const ScenarioRuns& base, const ScenarioRuns& head);

/// Runs both with the same draws, until `rule` is content with the half-widths of the relative changes.
struct PairOfRuns {
    ScenarioRuns base;
    ScenarioRuns head;
};
PairOfRuns run_pair(const ScenarioFile& base, const ScenarioFile& head, const std::vector<Metric>& metrics,
                    const ReplicationRule& rule);

std::string comparison_text(const Comparison& comparison);
std::string comparison_json(const std::vector<Comparison>& comparisons);

/// "+2.1% ± 0.4%" of a metric's change, in points for shares; "-" where there is none.
std::string show_change(const MetricComparison& metric);

}  // namespace spillway
