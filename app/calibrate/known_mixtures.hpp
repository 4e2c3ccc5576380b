#pragma once

#include <span>
#include <vector>

#include "app/calibrate/passed_over.hpp"
#include "app/calibrate/served_runs.hpp"
#include "models/llm/empirical.hpp"

namespace spillway {

/// What a run of a mixture of experts was served by.
DeploymentKey deployment_of(const ServedRun& run);

/// Of runs of mixtures of experts, those that the catalogue says something of.
struct KnownMixtures {
    std::vector<ServedRun> runs;
    PassedOver passed_over;  ///< the others
};
KnownMixtures known_mixtures(std::span<const ServedRun> runs);

}  // namespace spillway
