#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/deploy/deploy_form.hpp"

namespace spillway {

/// The start of a scenario, made from a platform's own configuration.
struct ImportedConfig {
    std::string form;                  ///< by whose rules it was read
    std::string unit;                  ///< what in the file
    std::string scenario;              ///< a scenario file that can be run
    std::vector<std::string> assumed;  ///< what the file does not say, with what was taken
    std::vector<std::string> unused;   ///< every value of the file that became nothing
};

/// Which form the text is in: `from`, else told by its content. Throws InputError when that tells nothing.
const DeployForm& form_of_file(std::string_view text, const std::string& shown,
                               const std::optional<std::string>& from);

/// Reads the file: the unit of that name, or its only one. What the file says is kept as it says it; traffic,
/// and service and price where the GPU and the model do not tell them, are examples, each listed in
/// `assumed`. Throws InputError with file and line for what cannot be read, and for a file of several units
/// without a name.
ImportedConfig import_config(std::string_view text, const std::string& shown, const DeployForm& form,
                             const std::optional<std::string>& unit_name);

}  // namespace spillway
