#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/plan/objectives.hpp"
#include "app/plan/plan_space.hpp"
#include "app/plan/traffic_part.hpp"

namespace spillway {

/// What became of a candidate.
enum class RaceState : std::uint8_t {
    kIn,
    kRefused,     ///< cannot be run
    kInfeasible,  ///< misses an objective, or does not keep up
    kDearer,      ///< the whole interval of its cost lies above the best one's
};

struct Contender {
    Candidate candidate;
    RaceState state = RaceState::kIn;
    std::string reason;  ///< why it is out
    Replications runs;   ///< readings: cost first, then each objective's figure
};

/// How a race is run.
struct RaceRules {
    std::uint64_t first = 4;   ///< replications of every candidate
    std::uint64_t rounds = 3;  ///< each with twice as many as the one before, for those that are left
    Vary vary;
};

/// Runs all candidates under the same draws, and in each round leaves out those that cannot be run, that miss
/// an objective, or that are dearer than the cheapest one that seems to hold: the whole 95% interval of the
/// paired difference lies above 0 and they are in the dearer half. What is left at the end, and all the
/// others with the reason, in the order of the candidates.
std::vector<Contender> race(const ScenarioFile& file, const std::vector<Candidate>& candidates,
                            const std::vector<PlannedObjective>& objectives, const RaceRules& rules,
                            const std::optional<Duration>& cut);

/// What all candidates of a plan have in common.
struct PlanGround {
    ScenarioFile file;
    std::vector<PlannedObjective> objectives;
    std::optional<Duration> cut;             ///< where recorded traffic is cut in two
    std::shared_ptr<Recordings> recordings;  ///< of one part of the traffic
};

/// A candidate's scenario on one part of the traffic, ready to be run. Throws InputError.
Scenario candidate_scenario(const PlanGround& ground, const Candidate& candidate, TrafficPart part);

/// Where the cost stands among the readings of a race.
constexpr std::size_t kCostReading = 0;

/// The metrics that a race reads: cost, and each objective's figure.
std::vector<Metric> race_metrics(const std::vector<PlannedObjective>& objectives);

/// Whether the runs hold every objective (kHolds), miss one (kMisses), or leave it open. Where most of them
/// did not settle, they miss. The reason of a miss goes to `why`, unless that is nullptr.
Standing standing_of(const std::vector<PlannedObjective>& objectives, const Replications& runs,
                     std::string* why);

}  // namespace spillway
