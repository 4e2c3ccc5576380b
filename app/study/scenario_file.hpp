#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"
#include "sim/core/config.hpp"

namespace spillway {

/// One value that a study puts in the place of a scenario's own.
struct FieldChange {
    std::string at;     ///< as node_path.hpp says
    ConfigNode value;   ///< its place is where the user wrote it; null takes the member away
    std::string where;  ///< where the path stands, for errors
};

/// A scenario as a study needs it: the file's content, of which many variants are made. A value type.
class ScenarioFile {
public:
    /// What the command line adds to every scenario.
    struct Additions {
        std::optional<std::filesystem::path> folder;  ///< relative names start here, not at the file
        std::optional<std::filesystem::path> plugin;
        std::vector<ProfileFile> gpu_profiles;
    };

    /// Reads the file. Throws InputError.
    static ScenarioFile load(const std::filesystem::path& file, Additions additions = {});
    /// The same of a parsed scenario, whose relative names start at `folder`.
    ScenarioFile(ConfigNode node, std::filesystem::path folder, Additions additions = {});

    const ConfigNode& node() const noexcept { return node_; }
    const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Throws InputError for what cannot be run.
    Scenario scenario() const;
    /// This file with some fields changed, one after the other. Throws InputError for a path that leads
    /// nowhere.
    ScenarioFile with(std::span<const FieldChange> changes) const;

private:
    ConfigNode node_;
    std::filesystem::path folder_;
    Additions additions_;
};

}  // namespace spillway
