#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spillway {

/// Declares one option of a command.
struct OptionSpec {
    std::string_view name;   ///< without the dashes
    std::string_view value;  ///< what its argument is called, "FILE"; empty: a switch
    std::string_view meaning;
    char letter = '\0';  ///< "-o" in short, if any
    bool many = false;   ///< it may be given several times
};

/// The command line of one command, read by Boost.Program_options. Options may stand anywhere; "--" ends
/// them.
class Options {
public:
    /// `command` is what the user typed before them: "spillway run".
    /// Throws InputError for an unknown option (with the nearest one), a missing argument and a repeated
    /// option.
    Options(std::string_view command, const std::vector<OptionSpec>& specs,
            const std::vector<std::string>& arguments);

    bool has(std::string_view name) const;
    /// Empty when it was not given.
    std::optional<std::string> value(std::string_view name) const;
    /// All that were given, in their order.
    std::vector<std::string> values(std::string_view name) const;
    /// Throws InputError with the hint when it was not given.
    std::string required(std::string_view name, const std::string& hint) const;
    const std::vector<std::string>& positional() const noexcept { return positional_; }

private:
    std::vector<std::pair<std::string, std::string>> given_;
    std::vector<std::string> positional_;
};

/// "Usage: spillway run ..." with a line an option.
std::string help_text(std::string_view command, std::string_view usage, std::string_view summary,
                      const std::vector<OptionSpec>& specs);

}  // namespace spillway
