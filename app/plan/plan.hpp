#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/plan/race.hpp"

namespace spillway {

struct PlanRules {
    RaceRules race;
    std::uint64_t finalists = 5;
    std::uint64_t confirm = 20;  ///< replications of each finalist on the rest of the traffic
};

/// A fleet on the part of the traffic that it was not tuned on.
struct Finalist {
    std::size_t contender = 0;  ///< its number in Plan::contenders
    Replications runs;          ///< readings as in the race
    Standing standing = Standing::kOpen;
    std::string miss;              ///< why it misses
    std::optional<Change> dearer;  ///< than the winner, paired; empty for the winner
};

/// The cheapest fleet that meets the objectives, and how sure that is.
struct Plan {
    std::string scenario;
    std::vector<PlannedObjective> objectives;
    Vary vary;
    std::vector<Contender> contenders;
    std::vector<Finalist> finalists;    ///< the cheapest first, by their cost on the confirming traffic
    std::optional<std::size_t> winner;  ///< of finalists: the cheapest that holds; empty when none does
    double share_cheapest = 0;  ///< of the confirming replications: the winner was the cheapest that holds
    std::string split;          ///< what it was tuned and confirmed on
};

/// Races the candidates on one part of the traffic and confirms the best of them on the other, with draws
/// that the race has not seen. Throws InputError for a scenario that cannot be run and for one without
/// objectives.
Plan make_plan(const ScenarioFile& file, const std::vector<Candidate>& candidates, const PlanRules& rules);

/// The scenario with other objectives in the place of all its own; as it is for none. Throws InputError.
ScenarioFile with_objectives(const ScenarioFile& file, const std::vector<std::string>& objectives);

/// The scenario with the fields of the candidate changed, as a file of its own.
std::string candidate_file(const ScenarioFile& file, const Candidate& candidate);

std::string plan_text(const Plan& plan);
std::string plan_json(const Plan& plan);
/// One row a candidate.
std::string plan_csv(const Plan& plan);

}  // namespace spillway
