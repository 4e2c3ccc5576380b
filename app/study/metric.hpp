#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/run/run_result.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// What one run says of one metric.
class Reading {
public:
    enum class State : std::uint8_t {
        kValue,
        kNever,   ///< a percentile that falls among those that never ended, or a price of nothing
        kNothing  ///< there is nothing to measure: no request of that kind, no price
    };

    static Reading of(double value) noexcept { return {State::kValue, value}; }
    static Reading never() noexcept { return {State::kNever, 0}; }
    static Reading nothing() noexcept { return {State::kNothing, 0}; }

    State state() const noexcept { return state_; }
    bool has_value() const noexcept { return state_ == State::kValue; }
    /// Requires: has_value() (CHECK).
    double value() const;
    bool operator==(const Reading&) const noexcept = default;

private:
    Reading(State state, double value) noexcept : state_(state), value_(value) {}
    State state_;
    double value_;
};

enum class Direction : std::uint8_t { kLowerIsBetter, kHigherIsBetter, kNeither };
enum class MetricUnit : std::uint8_t { kUsd, kSeconds, kShare, kAmount };

/// A figure of a run that studies compare: one of a fixed list ("cost", "failed share", "workers"), or a
/// figure of the requests in the grammar of objectives without the bound ("p99 total", "p95 ttft for
/// class=chat").
struct Metric {
    std::string name;  ///< as users write it
    std::string key;   ///< as a column: "cost_per_hour_usd", "p99_total_s"
    MetricUnit unit = MetricUnit::kAmount;
    Direction direction = Direction::kNeither;
    double (*of_run)(const RunResult&, Reading::State&) = nullptr;  ///< empty: a figure of the requests
    bool is_share = false;                                          ///< of a figure of the requests
};

/// Reads metrics by their names. Short forms: "p99" is "p99 total". Throws InputError at `where` for an
/// unknown one, with the nearest name. Classes are checked when a scenario is known.
std::vector<Metric> parse_metrics(std::span<const std::string> names, const std::string& where);
Metric parse_metric(const std::string& name, const std::string& where);

/// The share of requests that did not complete, which every comparison looks at.
constexpr std::string_view kFailedMetric = "failed";

/// Those that studies look at when none is named: what it costs, how late it is, and what failed.
std::vector<Metric> default_metrics();

/// Asks a scenario for the metrics that are figures of its requests. Throws InputError at `where` for a class
/// that the scenario does not have.
void ask_for(std::span<const Metric> metrics, const std::string& where, Scenario& scenario);

/// What the run of a scenario that was asked for `metrics` says, in their order.
std::vector<Reading> read_metrics(std::span<const Metric> metrics, const RunResult& result);

/// The reading in files: a number that reads back as the same, "never", or nothing at all. And back; CHECKs
/// that the text is one of these.
std::string reading_text(const Reading& reading);
Reading parse_reading(std::string_view text);

/// "$1.52", "2.13 s", "12.3%", "3.2"; "never", "-".
std::string show_reading(MetricUnit unit, const Reading& reading);
std::string show_value(MetricUnit unit, double value);

/// Names of the metrics of the fixed list with what they mean, for help and errors.
struct NamedMetric {
    std::string_view name;
    std::string_view key;
    std::string_view meaning;
    MetricUnit unit;
    Direction direction;
    double (*of_run)(const RunResult&, Reading::State&);
};
std::span<const NamedMetric> named_metrics();

}  // namespace spillway
