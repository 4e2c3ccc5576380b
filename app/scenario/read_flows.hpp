#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/config.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// What reports need to know of a stage.
struct StageSetup {
    std::string flow;
    ClassId class_id;     ///< whose requests take it
    std::uint32_t stage;  ///< its number in the flow
    std::string name;
    std::string pool;  ///< empty: the route chooses
};

/// Reads the flows of a scenario into a fleet whose classes and pools are there: checks their graphs, orders
/// their stages (those that may run side by side as they were written) and hands each class its own. Throws
/// InputError with the JSON path for what is wrong; stages that wait for each other are printed as a circle.
std::vector<StageSetup> read_flows(const ConfigNode& list, FleetSpec& fleet);

/// Whether a request, or a stage of one, goes where a route says.
bool needs_route(const FleetSpec& fleet);

}  // namespace spillway
