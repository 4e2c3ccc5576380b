#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/list_catalog.hpp"
#include "app/cli/list_topics.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "policies/policy_library.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

struct Topic {
    std::string_view name;
    std::string (*text)(const Options& options);
};

template <std::string (*kText)()>
std::string plain(const Options&) {
    return kText();
}

constexpr std::array kTopics{
    Topic{"policies", plain<policies_text>},
    Topic{"routes", plain<routes_text>},
    Topic{"models", plain<models_text>},
    Topic{"readers", plain<readers_text>},
    Topic{"gpus", plain<gpus_text>},
    Topic{"llms", plain<llms_text>},
    Topic{"engines", plain<engines_text>},
    Topic{"deployments", plain<deployments_text>},
    Topic{"prices", prices_text},
    Topic{"metrics", plain<metrics_text>},
    Topic{"savings", plain<savings_text>},
    Topic{"startups", plain<startups_text>},
    Topic{"loaders", plain<loaders_text>},
    Topic{"platforms", [](const Options& options) { return platforms_text({}, options); }},
};

const std::vector<OptionSpec>& option_specs() {
    static const std::vector<OptionSpec> kSpecs{
        {"gpu", "NAME", "prices, platforms: of this GPU, whatever the vendor calls it"},
        {"prices", "FILE", "prices, platforms: lay this file over the catalogue first"},
        {"platform", "NAME", "prices: of this platform, or of all whose names begin so: runpod"},
        {"kind", "KIND", "prices: serverless, serverless-active, on-demand, spot, reserved or api"},
        {"region", "NAME", "prices: sold there, as the vendor names it"},
        {"sort", "ORDER", "prices: price (of a GPU-hour), gpu or date; default: as the files have them"},
        {"csv", "FILE", "prices: the same as CSV; - for standard output in place of the table"},
        {"json", "FILE", "prices, platforms: the same as JSON; - for standard output in place of the text"},
        {"plugin", "FILE",
         "what this shared library of your own policies has (docs/plugins.md), and nothing else"},
        {"help", "", "this text"},
    };
    return kSpecs;
}

constexpr std::array<std::string_view, 3> kOfBoth{"gpu", "prices", "json"};
constexpr std::array<std::string_view, 5> kOfPrices{"platform", "kind", "region", "sort", "csv"};

/// The first of `names` that was given, or nothing.
std::string_view first_given(const Options& options, std::span<const std::string_view> names) {
    const auto found =
        std::find_if(names.begin(), names.end(), [&](std::string_view name) { return options.has(name); });
    return found == names.end() ? std::string_view{} : *found;
}

/// An option that nothing would look at is refused.
void check_options(const Options& options, std::string_view topic) {
    const std::string_view of_prices = first_given(options, kOfPrices);
    const std::string_view of_both = first_given(options, kOfBoth);
    if (topic != "prices" && !of_prices.empty())
        throw InputError(fmt::format("--{}", of_prices), "goes with one topic", "spillway list prices");
    if (topic != "prices" && topic != "platforms" && !of_both.empty()) {
        throw InputError(fmt::format("--{}", of_both), "goes with one topic",
                         "spillway list prices, or spillway list platforms");
    }
}

const Topic& find_topic(const std::string& wanted) {
    std::vector<std::string_view> names;
    for (const Topic& topic : kTopics) {
        if (topic.name == wanted)
            return topic;
        names.push_back(topic.name);
    }
    throw unknown_name("spillway list", "topic", wanted, names);
}

}  // namespace

int list_command(const std::vector<std::string>& arguments) {
    const Options options("spillway list", option_specs(), arguments);
    if (options.has("help")) {
        write_output(
            "-", help_text("spillway list",
                           "[policies|routes|models|readers|gpus|llms|engines|deployments|prices|startups|"
                           "loaders|savings|platforms "
                           "[NAME...]]",
                           "Prints what there is, with parameters and [defaults].", option_specs()));
        return 0;
    }
    const std::vector<std::string>& wanted = options.positional();
    if (const auto plugin = options.value("plugin")) {
        if (!wanted.empty())
            throw InputError("--plugin", "goes with no topic", "spillway list --plugin FILE");
        write_output("-", plugin_text(PolicyLibrary(*plugin).manifest()));
        return 0;
    }
    const bool platforms = !wanted.empty() && wanted[0] == "platforms";
    check_options(options, wanted.size() == 1 || platforms ? std::string_view(wanted[0]) : "");
    if (platforms) {
        const std::vector<std::string> names(wanted.begin() + 1, wanted.end());
        if (!write_platforms(names, options))
            write_output("-", platforms_text(names, options));
        return 0;
    }
    if (wanted.size() == 1 && wanted[0] == "prices" && write_prices(options))
        return 0;
    std::string text;
    for (const std::string& name : wanted) text += find_topic(name).text(options);
    if (wanted.empty()) {
        for (const Topic& topic : kTopics) text += topic.text(options);
    }
    write_output("-", text);
    return 0;
}

}  // namespace spillway
