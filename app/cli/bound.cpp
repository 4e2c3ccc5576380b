#include "app/bound/bound.hpp"

#include <filesystem>

#include "app/bound/bound_report.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/io/output_file.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kBoundUsage = "SCENARIO.json... [options]";
constexpr std::string_view kBoundSummary =
    "What a clairvoyant autoscaler could have paid: a proved floor under every policy, the best schedule and "
    "the "
    "best fixed fleet that were found, and how far above them each scenario's policy is. Scenarios that are "
    "compared have one traffic and one SLO; their pools are looked at together.";

const std::vector<OptionSpec>& bound_options() {
    static const std::vector<OptionSpec> kSpecs{
        {"json", "FILE", "the result as JSON; - for standard output in place of the text"},
        {"plugin", "FILE",
         "a shared library of your own policies (docs/plugins.md); it runs as this program does"},
        {"folder", "DIR", "relative trace and price files start here, not where the scenario is"},
        {"help", "", "this text"},
    };
    return kSpecs;
}

}  // namespace

int bound_command(const std::vector<std::string>& arguments) {
    const Options options("spillway bound", bound_options(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway bound", kBoundUsage, kBoundSummary, bound_options()));
        return 0;
    }
    if (options.positional().empty())
        throw InputError("spillway bound", "names no scenario", "spillway bound SCENARIO.json");
    std::vector<Scenario> scenarios;
    for (const std::string& file : options.positional()) {
        Scenario& scenario = scenarios.emplace_back(load_scenario(file));
        if (const auto folder = options.value("folder"))
            scenario.folder = *folder;
        if (const auto plugin = options.value("plugin"))
            scenario.plugin = *plugin;
    }
    const Bounds bounds = find_bounds(scenarios);
    const auto json = options.value("json");
    if (json)
        write_output(*json, bound_json(bounds));
    if (json != "-")
        write_output("-", bound_text(bounds));
    return 0;
}

}  // namespace spillway
