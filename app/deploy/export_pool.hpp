#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/deploy/deploy_form.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// A pool as its platform's own configuration.
struct DeployText {
    std::string text;
    std::vector<std::string> unsaid;   ///< settings of the pool that the form cannot express, or only nearly
    std::vector<std::string> replace;  ///< as in DeployDraft
};

/// Writes one pool of workers of the scenario: the named one, or the only one. Its settings are written in
/// full, defaults included, so that the file does not depend on what the platform's defaults become. Throws
/// InputError for a scenario that cannot be run, for a pool that is not there, and for a policy that the form
/// cannot express (with those that can).
DeployText export_pool(const ScenarioFile& file, const DeployForm& form,
                       const std::optional<std::string>& pool_name);

/// Whether the form can express the policy of a pool of the scenario, which need not be one that can be run.
bool can_export(const ScenarioFile& file, const DeployForm& form);

}  // namespace spillway
