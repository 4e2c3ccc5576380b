#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/plan/race.hpp"

namespace spillway {

/// What a scenario without objectives must not lose: the figures that rows show, and requests.
constexpr double kNearEnough = 0.1;          ///< p95 and p99 rise by less than this
constexpr double kNearEnoughFailed = 0.001;  ///< the failed share, by less than this

/// One part of a scenario's traffic: what is promised on it, and how the scenario as it stands fares there.
/// Candidates run on it as pairs with the scenario. Used from many threads once it is made.
class AdvicePart {
public:
    /// Runs the scenario as it stands `replications` times. Without objectives of its own, each latency of
    /// `shown` must stay near the scenario's, and the failed share too. Throws InputError.
    AdvicePart(const ScenarioFile& file, TrafficPart part, const std::optional<Duration>& cut,
               const Vary& vary, std::uint64_t replications);

    /// Its scenario as it stands, ready to be run.
    const Scenario& scenario() const noexcept { return scenario_; }
    const std::vector<PlannedObjective>& objectives() const noexcept { return objectives_; }
    bool own_objectives() const noexcept { return own_objectives_; }
    const std::vector<Metric>& metrics() const noexcept { return metrics_; }
    /// Of metrics: those that rows show.
    const std::vector<std::size_t>& shown() const noexcept { return shown_; }
    /// Of metrics: that of a month's money.
    std::size_t month() const noexcept { return metrics_.size() - 1; }
    const Replications& base() const noexcept { return base_; }

    /// As many as the scenario as it stands has. Throws InputError.
    Replications run(const Candidate& candidate) const;

    /// Whether runs hold what is promised; `why` says what they miss, or what is open. The runs may be fewer
    /// than the base's.
    Standing standing(const Replications& runs, std::string& why) const;

    /// How far the worst figure lies beyond its limit: below 1 when all hold in the mean.
    double worst_ratio(const Replications& runs) const;

    /// Of the base's, the readings that have a pair in `runs`.
    std::vector<Reading> base_readings(std::size_t metric, const Replications& runs) const;

private:
    Scenario ready(const ScenarioFile& file) const;
    void promise_what_is();
    Estimate judged(std::size_t objective, const Replications& runs) const;

    ScenarioFile file_;
    TrafficPart part_;
    std::optional<Duration> cut_;
    Vary vary_;
    std::shared_ptr<Recordings> recordings_;  // of this part, shared by all its runs
    Scenario scenario_;
    std::vector<PlannedObjective> objectives_;
    bool own_objectives_ = true;
    std::vector<Metric> metrics_;
    std::vector<std::size_t> shown_;
    Replications base_;
};

}  // namespace spillway
