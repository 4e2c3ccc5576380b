#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/cold_start/start_ground.hpp"
#include "models/gpu_profile/gpu_profiles.hpp"
#include "sim/core/config.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/specs.hpp"
#include "sim/metrics/slo.hpp"
#include "sim/metrics/summary.hpp"
#include "traces/resampling.hpp"

namespace spillway {

/// A class of requests as a scenario states it.
struct ScenarioClass {
    ClassSpec spec;
    Delivery delivery = Delivery::kStreamed;
    std::optional<Duration> deadline;
    std::optional<ConfigNode> learned_patience;  ///< name of a file whose law takes the place of the spec's
};

/// A pool that lacks a tag which the scenario requires.
struct RuledOut {
    std::string pool;
    std::string missing_tag;
};

/// A GPU profile of the user's own.
struct ProfileFile {
    std::filesystem::path file;
    enum class Demand : std::uint8_t {
        kMayBeUnused,  ///< a scenario may list more than it uses
        kMustBeUsed,   ///< it was asked for by name
    } demand = Demand::kMayBeUnused;
};

/// What the draws of a run are keyed by, apart, so that a study can draw the one anew and keep the other.
struct Draws {
    RunSeed luck;     ///< starts, routing, patience, what fails where
    RunSeed traffic;  ///< what generators make, and how recorded traffic is thinned or jittered
    std::optional<Resampling> resample = {};  ///< makes recorded traffic anew; empty: it is played as it is
    std::optional<RunSeed> model = {};        ///< draws each model's error once; empty: models are exact
};

/// A scenario file, read and checked as far as that goes without building anything: plain values, and the
/// nodes that assemble() makes sources, models, policies and prices from. A value type.
struct Scenario {
    std::string where;  ///< the file, as errors name it
    std::string name;
    std::filesystem::path folder;  ///< relative names of traces and price files start here
    Draws draws;
    std::int64_t wall_clock = 0;  ///< seconds since 1970-01-01 at time 0
    std::optional<Duration> horizon;
    Duration warm_up{0};
    std::vector<ScenarioClass> classes;
    std::size_t headline = 0;  ///< index into classes
    std::vector<Slo> slos;     ///< those of the classes first
    std::vector<Slo> figures;  ///< that studies ask for beside them; no scenario file names one
    std::optional<ConfigNode> flows;
    ConfigNode traffic{""};
    std::vector<ConfigNode> pools;  ///< those that are not ruled out
    std::vector<RuledOut> ruled_out;
    std::vector<std::string> required_tags;
    std::vector<SupplySpec> supplies;
    std::vector<ZoneSpec> zones;
    std::vector<HostSpec> hosts;
    std::vector<LinkSpec> links;
    std::vector<HostGear> gear;              ///< of the groups of hosts
    std::vector<std::uint32_t> host_groups;  ///< by HostId: its group
    std::vector<ConfigNode> rollouts;
    std::optional<ConfigNode> policy;
    std::optional<ConfigNode> route;
    std::optional<std::filesystem::path> prices;
    std::vector<ProfileFile> gpu_profiles;
    std::optional<std::filesystem::path>
        plugin;  ///< a shared library of policies; no scenario file names one
    HostProfiles host_profiles = HostProfiles::kRefused;
    std::vector<double> month_shape;  ///< empty or 168 weights
    Duration month{0};

    std::vector<std::string> class_names() const;
};

/// Reads a scenario. Throws InputError with file and JSON path for what cannot be run.
Scenario load_scenario(const std::filesystem::path& file);

/// The same from a parsed file, whose relative file names start at `folder`.
Scenario read_scenario(const ConfigNode& node, std::filesystem::path folder);

}  // namespace spillway
