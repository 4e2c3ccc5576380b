#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/calibrate/served_runs.hpp"
#include "models/llm/empirical.hpp"
#include "sim/core/error.hpp"

namespace spillway {

/// What a run of a mixture of experts was served by.
DeploymentKey deployment_of(const ServedRun& run);

/// Of runs of mixtures of experts, those that the catalogue says something of.
struct KnownMixtures {
    std::vector<ServedRun> runs;
    std::size_t passed_over = 0;        ///< the others
    std::optional<InputError> unknown;  ///< what nothing is known of, at the first of them
};
KnownMixtures known_mixtures(std::span<const ServedRun> runs);

/// "3 runs of mixtures passed over; runs.csv:7: no served run says how ...", a line. Requires such runs.
std::string passed_over_line(const KnownMixtures& mixtures);

}  // namespace spillway
