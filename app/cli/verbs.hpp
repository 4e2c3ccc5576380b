#pragma once

#include <cstddef>
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
    /// Returns the exit code. `input` is the first; all are in the options' positional().
    int (*run)(const std::string& input, const Options& options);
    std::size_t inputs = 1;
};

/// A command made of verbs, and what it calls their input: "file".
struct VerbCommand {
    std::string_view name;
    std::string_view input;
    std::span<const Verb> verbs;
};

/// Runs the verb that `arguments` begin with, or prints help. Returns the exit code. Throws InputError for no
/// verb, an unknown one, and another number of inputs than it takes.
int run_verb(const VerbCommand& command, const std::vector<std::string>& arguments);

}  // namespace spillway
