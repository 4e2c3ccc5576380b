#include "app/advise/advise.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/json_text.hpp"
#include "app/io/output_file.hpp"
#include "app/plan/plan.hpp"
#include "app/run/parallel_for.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kAdviseUsage = "SCENARIO.json [--slo 'p95 ttft < 2s']... [options]";
constexpr std::string_view kAdviseSummary =
    "What would save money on this traffic? Tries each known saving, tunes it on one part of the traffic, "
    "confirms "
    "it\n"
    "on the rest, and ranks them by the money saved among those that hold the objectives (docs/advise.md).";

const std::vector<OptionSpec>& advise_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"slo", "OBJECTIVE", "in place of the scenario's own objectives; may be given several times", '\0',
          true},
         {"only", "SAVING", "this saving alone (`spillway list savings`); may be given several times", '\0',
          true},
         {"skip", "SAVING", "all but this saving; may be given several times", '\0', true},
         {"replications", "N", "of each saving's best setting, on the rest of the traffic (20)"},
         {"vary", "WHAT", "what replications draw anew: luck,traffic,model (all of them without it)"},
         {"answer-cap", "N", "token-cap: tokens of an answer at most (those that 95% of the answers have)"},
         {"prompt-cap", "N",
          "summarised-history: tokens of a prompt at most (those that 75% of the prompts have)"},
         {"escalated", "SHARE",
          "light-to-heavy: of the answers that the light model leaves to the heavy one (20%)"},
         {"write", "DIR", "the chosen setting of each saving as a scenario, DIR/SAVING.json"},
         {"csv", "FILE", "one row a saving"},
         {"json", "FILE", "all of it as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

std::vector<std::string> savings_option(const Options& options, std::string_view name) {
    std::vector<std::string> wanted = options.values(name);
    std::vector<std::string_view> known;
    for (const Saving& saving : savings()) known.push_back(saving.name);
    for (const std::string& one : wanted) {
        if (std::find(known.begin(), known.end(), one) == known.end())
            throw unknown_name(fmt::format("--{}", name), "saving", one, known);
    }
    return wanted;
}

/// An option that only one saving looks at is refused where that one is left out.
void check_is_tried(const Options& options, std::string_view option, const std::string& saving,
                    const AdviceRules& rules) {
    const auto has = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), saving) != list.end();
    };
    if (options.has(option) && (has(rules.skip) || (!rules.only.empty() && !has(rules.only))))
        throw InputError(fmt::format("--{}", option), fmt::format("is about {}, which is left out", saving));
}

std::optional<std::uint32_t> tokens_option(const Options& options, std::string_view name) {
    if (!options.has(name))
        return std::nullopt;
    return static_cast<std::uint32_t>(count_option(options, name, 1));
}

AdviceRules read_advice_rules(const Options& options) {
    AdviceRules rules;
    rules.only = savings_option(options, "only");
    rules.skip = savings_option(options, "skip");
    if (!rules.only.empty() && !rules.skip.empty())
        throw InputError("--skip", "goes without --only", "--only names all that is tried");
    check_is_tried(options, "answer-cap", "token-cap", rules);
    check_is_tried(options, "prompt-cap", "summarised-history", rules);
    check_is_tried(options, "escalated", "light-to-heavy", rules);
    rules.confirm = count_option(options, "replications", rules.confirm);
    if (rules.confirm < 2)
        throw InputError("--replications", "is 1",
                         "an interval needs two replications, and means something from ten on");
    if (const auto vary = options.value("vary"))
        rules.race.vary = parse_vary(*vary, "--vary");
    rules.settings.answer_cap = tokens_option(options, "answer-cap");
    rules.settings.prompt_cap = tokens_option(options, "prompt-cap");
    if (const auto text = options.value("escalated")) {
        const auto share = parse_ratio(*text);
        if (!share || *share < 0 || *share > 1)
            throw InputError("--escalated", fmt::format("\"{}\" is no share", *text), "write 20% or 0.2");
        rules.settings.escalated = *share;
    }
    return rules;
}

void write_setting(const ScenarioFile& file, const std::filesystem::path& folder, const std::string& name,
                   const AdvisedSetting& setting) {
    const ScenarioFile changed = file.with(setting.candidate.changes);
    const std::string title = fmt::format("{}: {}", changed.scenario().name, setting.candidate.label);
    const ConfigNode named = with_member(changed.node(), {"name", ConfigNode::text("--write", title)});
    write_output((folder / (name + ".json")).string(), json_file_text(named));
}

void write_settings(const ScenarioFile& file, const std::filesystem::path& folder, const Advice& advice) {
    for (const AdviceRow& row : advice.rows) {
        if (row.setting)
            write_setting(file, folder, std::string(row.saving->name), *row.setting);
    }
    if (advice.together)
        write_setting(file, folder, "together", advice.together->setting);
}

}  // namespace

int advise_command(const std::vector<std::string>& arguments) {
    const Options options("spillway advise", advise_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway advise", kAdviseUsage, kAdviseSummary, advise_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"csv", "json"});
    if (options.positional().size() != 1)
        throw InputError("spillway advise", "takes one scenario", "spillway advise SCENARIO.json");
    const AdviceRules rules = read_advice_rules(options);
    const auto folder = options.value("write");
    if (folder && !std::filesystem::is_directory(*folder))
        throw InputError("--write", fmt::format("\"{}\" is no folder", *folder), "make it first");
    const ScenarioFile file = with_objectives(
        ScenarioFile::load(options.positional().front(), additions(options)), options.values("slo"));
    Advice advice;
    within_threads(thread_count(options), [&] { advice = spillway::advise(file, rules); });
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    if (folder)
        write_settings(file, *folder, advice);
    if (json)
        write_output(*json, advice_json(advice));
    if (csv)
        write_output(*csv, advice_csv(advice));
    if (json != "-" && csv != "-")
        write_output("-", advice_text(advice));
    return 0;
}

}  // namespace spillway
