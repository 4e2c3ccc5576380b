#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/config.hpp"

namespace spillway {

/// How a platform's workers start, as far as it has been published.
struct StartupPreset {
    std::string name;  ///< "runpod/flashboot"
    std::string summary;
    std::string measured;  ///< what was measured, how often
    std::string assumed;   ///< what is not published and stands there as an assumption
    std::string source;
    std::string date;
    std::string confidence;          ///< high, medium or low
    std::int64_t weights_bytes = 0;  ///< of the model that it was measured with
    ConfigNode phases;
    std::optional<ConfigNode> snapshot;
};

/// Every preset, as models/catalog/startups.json has them.
const std::vector<StartupPreset>& startup_presets();

/// Throws InputError at `where` for a name that there is not, with the nearest one and the list.
const StartupPreset& find_startup_preset(std::string_view name, const std::string& where);

}  // namespace spillway
