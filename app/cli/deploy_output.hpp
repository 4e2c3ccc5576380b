#pragma once

#include <string>

#include "app/cli/options.hpp"
#include "app/deploy/export_pool.hpp"

namespace spillway {

/// Writes the configuration to the file, or to standard output for "-", and says on standard error what it
/// cannot express and what has to be replaced in it.
void write_deploy_text(const std::string& file, const DeployForm& form, const DeployText& text);

/// "  keda   KEDA: ...", a line a form, for help.
std::string deploy_form_lines();

}  // namespace spillway
