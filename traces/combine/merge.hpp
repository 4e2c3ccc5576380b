#pragma once

#include <memory>
#include <vector>

#include "sim/fleet/request_source.hpp"

namespace spillway {

/// All arrivals of several sources in order of time; at one instant in the order of the list. Answers go to
/// the reactive ones, which stand behind the passive ones. A single source is returned as it is. Requires: at
/// least one source.
std::unique_ptr<RequestSource> merge_sources(std::vector<std::unique_ptr<RequestSource>> passive,
                                             std::vector<std::unique_ptr<RequestSource>> reactive = {});

}  // namespace spillway
