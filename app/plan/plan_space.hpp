#pragma once

#include <string>
#include <vector>

#include "app/study/scenario_file.hpp"
#include "app/study/study.hpp"

namespace spillway {

/// A fleet that a plan looks at: the scenario with some fields changed.
struct Candidate {
    std::string label;
    std::vector<FieldChange> changes;
};

/// The scenario as it stands, and what could take its place. For each pool of workers alone: fixed sizes,
/// scale to zero and keep warm with several time-outs, floors and spares; a pool of a platform keeps its
/// autoscaler and varies the knobs that this has. For each two pools: the one as a base of several sizes, the
/// other for what overflows. Concurrency is halved and doubled where a worker's service is token by token;
/// others say nothing of how they slow down. Such a pool is also tried on other GPUs that have a price on the
/// same terms: coarsely on all of them, or, where `gpus` names some, as finely as its own on those. What
/// cannot be run is left to the race, which keeps the reason. Throws InputError.
std::vector<Candidate> default_space(const ScenarioFile& file, const std::vector<std::string>& gpus = {});

/// The points of a study.
std::vector<Candidate> space_of(const Study& study);

}  // namespace spillway
