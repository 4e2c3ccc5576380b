#include "app/cli/verbs.hpp"

#include <fmt/format.h>

#include "app/io/output_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::string usage(const VerbCommand& command) {
    std::string text = fmt::format("Usage: spillway {} VERB ...\n\n", command.name);
    for (const Verb& verb : command.verbs) text += fmt::format("  {:<9} {}\n", verb.name, verb.usage);
    return text + fmt::format("\nspillway {} VERB --help says more.\n", command.name);
}

/// "inspect, generate or convert"
std::string names_of(std::span<const Verb> verbs) {
    std::string text;
    for (std::size_t i = 0; i < verbs.size(); ++i) {
        if (i > 0)
            text += i + 1 == verbs.size() ? " or " : ", ";
        text += verbs[i].name;
    }
    return text;
}

const Verb& find_verb(const VerbCommand& command, const std::string& name) {
    std::vector<std::string_view> names;
    for (const Verb& verb : command.verbs) {
        if (verb.name == name)
            return verb;
        names.push_back(verb.name);
    }
    throw unknown_name(fmt::format("spillway {}", command.name), "verb", name, names);
}

}  // namespace

int run_verb(const VerbCommand& command, const std::vector<std::string>& arguments) {
    if (arguments.empty())
        throw InputError(fmt::format("spillway {}", command.name), "names no verb", names_of(command.verbs));
    if (arguments[0] == "--help") {
        write_output("-", usage(command));
        return 0;
    }
    const Verb& verb = find_verb(command, arguments[0]);
    const std::string name = fmt::format("spillway {} {}", command.name, verb.name);
    const std::vector<OptionSpec> specs = verb.options();
    const Options options(name, specs, {arguments.begin() + 1, arguments.end()});
    if (options.has("help")) {
        write_output("-", help_text(name, verb.usage, verb.summary, specs));
        return 0;
    }
    if (options.positional().size() != verb.inputs) {
        throw InputError(name,
                         fmt::format("takes {} {}{}, not {}", verb.inputs == 1 ? "one" : "two", command.input,
                                     verb.inputs == 1 ? "" : "s", options.positional().size()),
                         fmt::format("{} {}", name, verb.usage));
    }
    return verb.run(options.positional().front(), options);
}

}  // namespace spillway
