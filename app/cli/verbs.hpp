#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/options.hpp"

namespace spillway {

/// What a command can be asked to do with one input: `spillway trace inspect FILE`.
struct Verb {
    std::string_view name;
    std::string_view usage;    ///< what follows the name
    std::string_view summary;  ///< for its help
    std::vector<OptionSpec> (*options)();
    void (*run)(const std::string& input, const Options& options);
};

/// A command made of verbs, and what it calls their input: "file".
struct VerbCommand {
    std::string_view name;
    std::string_view input;
    std::span<const Verb> verbs;
};

/// Runs the verb that `arguments` begin with, or prints help. Returns the exit code. Throws InputError for no
/// verb, an unknown one, and any number of inputs but one.
int run_verb(const VerbCommand& command, const std::vector<std::string>& arguments);

}  // namespace spillway
