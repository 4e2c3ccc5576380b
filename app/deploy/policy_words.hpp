#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/deploy/deploy_form.hpp"
#include "app/scenario/scenario.hpp"

namespace spillway {

/// The policy of the pool as an object, wherever the scenario states it. Empty: nowhere, or its part in one
/// over several pools cannot be told.
std::optional<ConfigNode> scaling_policy(const Scenario& scenario, const ConfigNode& pool);

/// Whether the form has the policy itself.
bool is_native(const DeployForm& form, const std::string& policy);
/// Whether it has it, or its own words for the general policy of that name.
bool can_express(const DeployForm& form, const std::string& policy);

/// The pool with its policy in the form's own words; what these do otherwise goes to `unsaid`. `preset`: what
/// the pool's platform sets, whose policy is taken for a fixed size where the form has it. Throws
/// InputError for a policy that the form cannot express, with the forms that can.
ConfigNode in_own_words(const DeployForm& form, const ConfigNode& pool, const ConfigNode& policy,
                        const ConfigNode& preset, std::vector<std::string>& unsaid);

}  // namespace spillway
