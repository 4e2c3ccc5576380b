#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/deploy_reading.hpp"

namespace spillway {

/// A scenario that can be run, around what was read from a platform's file.
struct ScenarioStart {
    std::string scenario;              ///< a scenario file
    std::vector<std::string> assumed;  ///< what was taken where the file says nothing
    std::string model;                 ///< that the file names and that is served; empty: none
};

/// `unit`: the name of the scenario and of its pool; `text`: the whole file, in which the name of a model of
/// the catalogue is looked for. Throws InputError when the file says what cannot be run.
ScenarioStart scenario_start(const std::string& unit, const std::string& shown, std::string_view text,
                             const DeployReading& reading);

}  // namespace spillway
