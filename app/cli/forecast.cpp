#include <cmath>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/forecast/forecast.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/growth.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::string_view kForecastUsage = "SCENARIO.json [options]";
constexpr std::string_view kForecastSummary =
    "What will it cost? Months ahead under growth, season and events, put together from windows of the "
    "traffic:\n"
    "the bill's mean, P50 and P95, the chance to exceed a budget, the dearest hour, the GPUs to ask for "
    "(docs/forecast.md).";
constexpr std::uint64_t kMostForecastMonths = 120;
constexpr std::uint64_t kMostWindows = 1000;

const std::vector<OptionSpec>& forecast_specs() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"months", "N", "how many (12)"},
         {"growth", "10%/month", "of the load, from month 2 on"},
         {"season", "dec=1.5", "times the load, each December; repeatable, or 12 factors from January on",
          '\0', true},
         {"event", "'month 3: x4 for 2d'", "another load, once; or by date; may be given several times", '\0',
          true},
         {"from", "2027-01", "the first month; without it, that of the scenario's start"},
         {"budget", "$5000", "of a month: the chance that it is exceeded"},
         {"lead", "N", "months that today's quota has to last (all)"},
         {"replications", "N", "windows run at each load (20)"},
         {"model-draws", "N", "of the models' stated errors, each with all these windows (4)"},
         {"vary", "WHAT", "what is drawn anew: luck,traffic,model (all of them without it)"},
         {"block", "10m", "recorded traffic is drawn in blocks of that length (an hour, or a 20th of it)"},
         {"csv", "FILE", "one row a month"},
         {"json", "FILE", "all of it as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

std::uint64_t bounded_count(const Options& options, std::string_view name, std::uint64_t fallback,
                            std::uint64_t most) {
    const std::uint64_t count = count_option(options, name, fallback);
    if (count > most)
        throw InputError(fmt::format("--{}", name), fmt::format("is more than {}", most));
    return count;
}

Money budget_of(const std::string& text) {
    constexpr double kMostUsd = 9e9;
    const auto usd = parse_number(std::string_view(text).substr(text.starts_with('$') ? 1 : 0));
    if (!usd || !(*usd > 0) || *usd > kMostUsd)
        throw InputError("--budget", fmt::format("\"{}\" is no amount of money above 0", text),
                         "write '$5000', in quotes");
    return Money::from_nanos(std::llround(*usd * 1e9));
}

void read_forecast_vary(const Options& options, ForecastRules& rules) {
    if (const auto vary = options.value("vary"))
        rules.vary = parse_vary(*vary, "--vary");
    if (const auto block = options.value("block")) {
        rules.vary.block = parse_duration(*block);
        if (!rules.vary.block || *rules.vary.block <= Duration::zero())
            throw InputError("--block", fmt::format("\"{}\" is no duration above 0", *block), "write 1h");
        if (!rules.vary.traffic)
            throw InputError("--block", "is about traffic, which --vary leaves as it is");
    }
    rules.windows = bounded_count(options, "replications", rules.windows, kMostWindows);
    if (rules.windows < 2)
        throw InputError("--replications", "is 1, and months need windows that differ", "give it 2 or more");
    rules.model_draws = bounded_count(options, "model-draws", rules.model_draws, kMostWindows);
    if (options.has("model-draws") && !rules.vary.model)
        throw InputError("--model-draws", "is about model error, which --vary leaves as it is");
}

ForecastRules read_forecast_rules(const Options& options) {
    ForecastRules rules;
    rules.months = static_cast<int>(bounded_count(options, "months", 12, kMostForecastMonths));
    if (const auto growth = options.value("growth"))
        rules.growth = parse_growth(*growth, "--growth");
    for (const std::string& season : options.values("season")) parse_season(season, "--season", rules.season);
    for (const std::string& event : options.values("event"))
        rules.events.push_back(parse_forecast_event(event, "--event"));
    if (const auto from = options.value("from"))
        rules.from = parse_calendar_month(*from, "--from");
    if (const auto budget = options.value("budget"))
        rules.budget = budget_of(*budget);
    if (options.has("lead"))
        rules.lead = static_cast<int>(bounded_count(options, "lead", 1, kMostForecastMonths));
    read_forecast_vary(options, rules);
    return rules;
}

}  // namespace

int forecast_command(const std::vector<std::string>& arguments) {
    const Options options("spillway forecast", forecast_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway forecast", kForecastUsage, kForecastSummary, forecast_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"csv", "json"});
    if (options.positional().size() != 1)
        throw InputError("spillway forecast", "takes one scenario", "spillway forecast SCENARIO.json");
    const ForecastRules rules = read_forecast_rules(options);
    const ScenarioFile file = ScenarioFile::load(options.positional().front(), additions(options));
    Forecast forecast;
    within_threads(thread_count(options), [&] { forecast = make_forecast(file, rules); });
    const auto json = options.value("json");
    const auto csv = options.value("csv");
    if (json)
        write_output(*json, forecast_json(forecast));
    if (csv)
        write_output(*csv, forecast_csv(forecast));
    if (json != "-" && csv != "-")
        write_output("-", forecast_text(forecast));
    return 0;
}

}  // namespace spillway
