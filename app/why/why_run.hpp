#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "app/why/band.hpp"
#include "app/why/story.hpp"

namespace spillway {

/// What numbers in stories are called.
struct StoryNames {
    std::vector<std::string> classes;                             ///< by ClassId
    std::vector<std::string> pools;                               ///< by PoolId
    std::vector<std::optional<std::vector<std::string>>> stages;  ///< by ClassId: of its flow
    std::vector<std::string> hosts;                               ///< by HostId
};

struct RequestAnswer {
    StoryNames names;
    RequestStory story;
};

/// Runs the scenario and follows the measured request that `run --requests` gives the number `number`.
/// Throws InputError when no measured request has it.
RequestAnswer why_request(const Scenario& scenario, std::uint64_t number);

struct BandAnswer {
    StoryNames names;
    std::optional<ClassId> only;  ///< empty: of all classes
    Band band;
    BandFindings findings;
};

/// Runs the scenario twice: to find the requests around the percentile, and to look at these. Throws
/// InputError when no request completed. Requires: a percentile from 1 to 99.
BandAnswer why_band(const Scenario& scenario, Quantile percentile, std::optional<ClassId> only);

}  // namespace spillway
