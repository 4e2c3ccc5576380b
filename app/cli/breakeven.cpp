#include <array>
#include <limits>

#include <fmt/format.h>

#include "app/breakeven/break_even.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/plan/plan.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/growth.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kBreakEvenUsage = "SERVERLESS.json [--on-demand FILE.json] [options]";
constexpr std::string_view kBreakEvenSummary =
    "Where does serverless stop being the cheaper way? Scales the load, the share of the time that has "
    "traffic,\n"
    "or how bursty it is, and finds each crossing with its interval, beside the textbook's "
    "(docs/breakeven.md).";

const std::vector<OptionSpec>& breakeven_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"on-demand", "FILE",
          "the other way; without it, the smallest fixed fleet that meets the objectives"},
         {"slo", "OBJECTIVE", "in place of the scenario's own objectives; may be given several times", '\0',
          true},
         {"over", "load|duty|burstiness",
          "what is scaled: the rate (default), the share of the time with traffic, or how closely the "
          "requests of each period follow each other"},
         {"every", "TIME", "the period of burstiness (10m)"},
         {"from", "FACTOR", "the least (0.125; duty: 5%; burstiness: 1)"},
         {"to", "FACTOR", "the most (8; duty: 100%; burstiness: 16)"},
         {"points", "N", "between them, in equal ratios (13)"},
         {"replications", "N", "at each of them (10)"},
         {"vary", "WHAT", "what they draw anew: luck,traffic,model (all of them without it)"},
         {"growth", "10%/month", "tell in which month the cheaper way changes"},
         {"csv", "FILE", "one row a load"},
         {"json", "FILE", "all of it as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

double factor_option(const Options& options, std::string_view name, double fallback) {
    const auto text = options.value(name);
    if (!text)
        return fallback;
    const auto factor = parse_ratio(*text);
    if (!factor || !(*factor > 0))
        throw InputError(fmt::format("--{}", name), fmt::format("\"{}\" is no factor above 0", *text),
                         "write 0.5 or 50%");
    return *factor;
}

/// An axis with its usual range.
struct AxisChoice {
    std::string_view name;
    LoadAxis axis;
    double from;
    double to;
    double least;  ///< that it can have
    double most;
};
constexpr double kNoMost = std::numeric_limits<double>::infinity();
constexpr std::array kAxisChoices{AxisChoice{"load", LoadAxis::kLoad, 0.125, 8, 0, kNoMost},
                                  AxisChoice{"duty", LoadAxis::kDuty, 0.05, 1, 0, 1},
                                  AxisChoice{"burstiness", LoadAxis::kBurstiness, 1, 16, 1, kNoMost}};

const AxisChoice& axis_option(const Options& options) {
    const std::string wanted = options.value("over").value_or("load");
    std::vector<std::string_view> names;
    names.reserve(kAxisChoices.size());
    for (const AxisChoice& one : kAxisChoices) {
        if (one.name == wanted)
            return one;
        names.push_back(one.name);
    }
    throw unknown_name("--over", "axis", wanted, names);
}

BreakEvenRules read_break_even_rules(const Options& options) {
    BreakEvenRules rules;
    const AxisChoice& choice = axis_option(options);
    rules.axis = choice.axis;
    rules.from = factor_option(options, "from", choice.from);
    rules.to = factor_option(options, "to", choice.to);
    if (const auto every = options.value("every")) {
        if (rules.axis != LoadAxis::kBurstiness)
            throw InputError("--every", "is the period of --over burstiness");
        const auto period = parse_duration(*every);
        if (!period || *period == Duration{0})
            throw InputError("--every", fmt::format("\"{}\" is no duration above 0", *every), "write 10m");
        rules.every = *period;
    }
    rules.count = count_option(options, "points", rules.count);
    rules.replications = count_option(options, "replications", rules.replications);
    if (!(rules.from < rules.to) || rules.from < choice.least || rules.to > choice.most || rules.count < 2 ||
        rules.replications < 2)
        throw InputError("spillway breakeven", "has no range to look in",
                         "--from lies below --to, a duty cycle ends at 100%, burstiness begins at 1, points "
                         "and replications are 2 and more");
    if (const auto vary = options.value("vary"))
        rules.vary = parse_vary(*vary, "--vary");
    return rules;
}

}  // namespace

int breakeven_command(const std::vector<std::string>& arguments) {
    const Options options("spillway breakeven", breakeven_specs(), arguments);
    if (options.has("help")) {
        write_output("-",
                     help_text("spillway breakeven", kBreakEvenUsage, kBreakEvenSummary, breakeven_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"csv", "json"});
    if (options.positional().size() != 1)
        throw InputError("spillway breakeven", "takes one scenario", "spillway breakeven SERVERLESS.json");
    const BreakEvenRules rules = read_break_even_rules(options);
    std::optional<double> growth;
    if (const auto text = options.value("growth"))
        growth = parse_growth(*text, "--growth");
    if (growth && rules.axis != LoadAxis::kLoad)
        throw InputError("--growth",
                         fmt::format("is about the load, and --over {} is not", axis_option(options).name));
    const ScenarioFile file = with_objectives(
        ScenarioFile::load(options.positional().front(), additions(options)), options.values("slo"));
    std::optional<ScenarioFile> other;
    if (const auto name = options.value("on-demand"))
        other = ScenarioFile::load(*name, additions(options));
    BreakEven result;
    within_threads(thread_count(options), [&] { result = find_break_even(file, other, rules); });
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    if (json)
        write_output(*json, break_even_json(result, growth));
    if (csv)
        write_output(*csv, break_even_csv(result));
    if (json != "-" && csv != "-")
        write_output("-", break_even_text(result, growth));
    return 0;
}

}  // namespace spillway
