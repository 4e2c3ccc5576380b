#include "app/cli/options.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/program_options.hpp>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace po = boost::program_options;

po::options_description describe(const std::vector<OptionSpec>& specs) {
    po::options_description description;
    for (const OptionSpec& spec : specs) {
        std::string name(spec.name);
        if (spec.letter != '\0')
            name += fmt::format(",{}", spec.letter);
        if (spec.value.empty()) {
            description.add_options()(name.c_str(), "");
        } else {
            description.add_options()(name.c_str(), po::value<std::string>(), "");
        }
    }
    description.add_options()("positional", po::value<std::vector<std::string>>(), "");
    return description;
}

}  // namespace

Options::Options(std::string_view command, const std::vector<OptionSpec>& specs,
                 const std::vector<std::string>& arguments) {
    const std::string where(command);
    const po::options_description description = describe(specs);
    po::positional_options_description everything;
    everything.add("positional", -1);
    try {
        const auto style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent |
                           po::command_line_style::long_allow_next | po::command_line_style::allow_short |
                           po::command_line_style::allow_dash_for_short |
                           po::command_line_style::short_allow_next;
        const auto parsed =
            po::command_line_parser(arguments).options(description).positional(everything).style(style).run();
        for (const auto& option : parsed.options) {
            if (option.string_key == "positional") {
                positional_.insert(positional_.end(), option.value.begin(), option.value.end());
                continue;
            }
            const auto spec = std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& one) {
                return one.name == option.string_key;
            });
            if (has(option.string_key) && !spec->many)
                throw InputError(where, fmt::format("--{} is given twice", option.string_key));
            given_.emplace_back(option.string_key,
                                option.value.empty() ? std::string{} : option.value.front());
        }
    } catch (const po::unknown_option& error) {
        std::vector<std::string_view> names;
        names.reserve(specs.size());
        for (const OptionSpec& spec : specs) names.push_back(spec.name);
        std::string wrong = error.get_option_name();
        wrong.erase(0, wrong.find_first_not_of('-'));
        throw unknown_name(where, "option", wrong, names);
    } catch (const po::error& error) {
        throw InputError(where, error.what(), fmt::format("{} --help", command));
    }
}

bool Options::has(std::string_view name) const {
    return std::any_of(given_.begin(), given_.end(),
                       [&](const auto& option) { return option.first == name; });
}

std::optional<std::string> Options::value(std::string_view name) const {
    const auto found =
        std::find_if(given_.begin(), given_.end(), [&](const auto& option) { return option.first == name; });
    if (found == given_.end())
        return std::nullopt;
    return found->second;
}

std::vector<std::string> Options::values(std::string_view name) const {
    std::vector<std::string> all;
    for (const auto& [given, value] : given_) {
        if (given == name)
            all.push_back(value);
    }
    return all;
}

std::string Options::required(std::string_view name, const std::string& hint) const {
    if (const auto given = value(name))
        return *given;
    throw InputError(fmt::format("--{}", name), "is missing", hint);
}

std::string help_text(std::string_view command, std::string_view usage, std::string_view summary,
                      const std::vector<OptionSpec>& specs) {
    std::string text = fmt::format("Usage: {} {}\n\n{}\n\n", command, usage, summary);
    std::vector<std::string> shown;
    std::size_t width = 0;
    for (const OptionSpec& spec : specs) {
        const std::string letter = spec.letter == '\0' ? std::string() : fmt::format("-{}, ", spec.letter);
        shown.push_back(
            fmt::format("{}--{}{}{}", letter, spec.name, spec.value.empty() ? "" : " ", spec.value));
        width = std::max(width, shown.back().size());
    }
    for (std::size_t i = 0; i < specs.size(); ++i) {
        text += fmt::format("  {:<{}}  {}\n", shown[i], width, specs[i].meaning);
    }
    return text;
}

}  // namespace spillway
