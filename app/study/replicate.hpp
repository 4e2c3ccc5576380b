#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/study/estimate.hpp"
#include "app/study/metric.hpp"
#include "app/study/vary.hpp"
#include "traces/combine/recordings.hpp"

namespace spillway {

/// Replications before precision is judged for the first time.
constexpr std::uint64_t kFirstLook = 10;

/// How often a scenario is run with other draws.
struct ReplicationRule {
    Vary vary;
    std::uint64_t first = kFirstLook;  ///< replications at least, and all where there is no precision
    std::uint64_t most = kFirstLook;   ///< at most
    std::optional<double> precision;   ///< until the half-width is this share of the mean, for `watched`
    std::vector<std::size_t> watched;  ///< metrics, by their number
};

/// What a study keeps of one run.
struct RunOutcome {
    std::vector<Reading> readings;  ///< by metric
    std::string unsettled;          ///< why the run did not settle; empty: it did
    std::string saturated;          ///< why it ran near saturation; empty: it did not
    bool held = true;               ///< every objective of the scenario
};

/// The runs of one scenario, by replication from the first on.
struct Replications {
    std::uint64_t begin = 0;  ///< number of the first
    std::vector<RunOutcome> runs;
    bool precise = true;  ///< what was watched reached its precision; true where nothing was watched

    std::vector<Reading> of(std::size_t metric) const;
    std::uint64_t unsettled() const;
    std::uint64_t saturated() const;
    /// Of the runs, those in which every objective held and the fleet kept up, 0..1.
    double held_share() const;
    /// The reason of the first such run; empty when there is none.
    std::string unsettled_reason() const;
    std::string saturated_reason() const;
};

/// Computes one replication, by its number. Called from many threads at once.
using RunReplication = std::function<RunOutcome(std::uint64_t)>;

/// Adds runs until there are `wanted`, spread over threads.
void extend(Replications& done, std::uint64_t wanted, const RunReplication& run);

/// How many there are to be after `done`, when these are not enough: half as many again, up to `rule.most`.
std::uint64_t next_count(const ReplicationRule& rule, std::uint64_t done) noexcept;

/// Runs `run` from replication `begin` on until what `rule` watches is precise enough, or `rule.most`. How
/// many are run depends on their readings alone, never on the threads.
Replications replicate(const ReplicationRule& rule, std::uint64_t begin, const RunReplication& run);

/// Makes a scenario ready to be run often: asks it for the metrics, gives it the recordings that its runs
/// share, and fixes the end of its window to that of the traffic as recorded, so that all replications have
/// as long.
void make_repeatable(Scenario& scenario, std::span<const Metric> metrics, const std::string& where,
                     std::shared_ptr<Recordings> recordings);

/// Runs replication number `replication` of a scenario that make_repeatable() made ready.
RunOutcome run_replication(const Scenario& scenario, std::span<const Metric> metrics, const Vary& vary,
                           std::uint64_t replication);

}  // namespace spillway
