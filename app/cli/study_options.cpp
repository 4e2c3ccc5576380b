#include "app/cli/study_options.hpp"

#include <fmt/format.h>

#include "app/study/workforce.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {

std::vector<OptionSpec> with_scenario_options(std::vector<OptionSpec> own) {
    const std::vector<OptionSpec> shared{
        {"gpu-profile", "FILE", "a GPU profile of your own (`spillway calibrate fit`)"},
        {"plugin", "FILE", "a shared library of your own policies (docs/plugins.md)"},
        {"folder", "DIR", "relative trace and price files start here, not where the scenario is"},
        {"help", "", "this text"}};
    own.insert(own.end(), shared.begin(), shared.end());
    return own;
}

std::vector<OptionSpec> with_study_options(std::vector<OptionSpec> own) {
    own.push_back({"threads", "N", "threads to run on; without it, all processors"});
    return with_scenario_options(std::move(own));
}

ScenarioFile::Additions additions(const Options& options) {
    ScenarioFile::Additions result;
    if (const auto folder = options.value("folder"))
        result.folder = *folder;
    if (const auto plugin = options.value("plugin"))
        result.plugin = *plugin;
    if (const auto profile = options.value("gpu-profile"))
        result.gpu_profiles.push_back(
            {std::filesystem::absolute(*profile), ProfileFile::Demand::kMustBeUsed});
    return result;
}

void refuse_shared_standard_output(const Options& options, std::initializer_list<std::string_view> outputs) {
    std::string_view taken;
    for (const std::string_view output : outputs) {
        if (options.value(output) != "-")
            continue;
        if (!taken.empty())
            throw InputError(fmt::format("--{}", output),
                             fmt::format("goes to standard output, and so does --{}", taken),
                             "give it a file");
        taken = output;
    }
}

std::uint64_t count_option(const Options& options, std::string_view name, std::uint64_t fallback) {
    const auto text = options.value(name);
    if (!text)
        return fallback;
    const auto count = parse_integer(*text);
    if (!count || *count < 1)
        throw InputError(fmt::format("--{}", name), fmt::format("\"{}\" is no count above 0", *text));
    constexpr std::int64_t kMostCount = 1'000'000;
    if (*count > kMostCount)
        throw InputError(fmt::format("--{}", name), fmt::format("is more than {}", kMostCount));
    return static_cast<std::uint64_t>(*count);
}

int thread_count(const Options& options, const RankPlace& place) {
    const auto threads = count_option(options, "threads", static_cast<std::uint64_t>(threads_for(place)));
    constexpr std::uint64_t kMost = 4096;
    if (threads > kMost)
        throw InputError("--threads", fmt::format("is more than {}", kMost));
    return static_cast<int>(threads);
}

}  // namespace spillway
