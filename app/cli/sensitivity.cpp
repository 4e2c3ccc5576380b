#include <vector>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/sensitivity/sensitivity.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kSensitivityUsage = "SCENARIO.json [--field PATH=LOW..HIGH]... [options]";
constexpr std::string_view kSensitivitySummary =
    "Which input moves the answer: each field alone at the low and the high end of its range, all with the "
    "same\n"
    "draws; with --morris also a screening in which all fields move. Without --field, those that usually "
    "matter.";
constexpr std::uint64_t kMostLevels = 1000;

const std::vector<OptionSpec>& sensitivity_options() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"field", "PATH=LOW..HIGH", "a number of the scenario and its range; may be repeated", '\0', true},
         {"metric", "NAME", "what is looked at, cost and p99 total without it; may be repeated", '\0', true},
         {"replications", "N", "runs with other draws, two or more; 10 without it"},
         {"morris", "R", "a screening by R trajectories, each of as many runs as there are fields, and one"},
         {"levels", "N", "of its grid, an even number; 4 without it"},
         {"vary", "WHAT", "what replications draw anew: luck,traffic,model (all of them without it)"},
         {"csv", "FILE", "one row a metric and field"},
         {"json", "FILE", "the same as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

std::vector<FieldRange> fields_option(const Options& options) {
    std::vector<FieldRange> fields;
    for (const std::string& text : options.values("field")) {
        fields.push_back(FieldRange::parse(text, "--field"));
        for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
            if (fields[i].path() == fields.back().path())
                throw InputError("--field", fmt::format("\"{}\" is given twice", fields[i].path()));
        }
    }
    return fields;
}

SensitivityQuestion sensitivity_question(const Options& options) {
    SensitivityQuestion question;
    question.fields = fields_option(options);
    std::vector<std::string> metrics = options.values("metric");
    if (metrics.empty())
        metrics = {"cost", "p99 total"};
    question.metrics = parse_metrics(metrics, "--metric");
    question.replications = count_option(options, "replications", question.replications);
    if (question.replications < 2)
        throw InputError("--replications", "one run has no interval", "2 or more");
    if (const auto vary = options.value("vary"))
        question.vary = parse_vary(*vary, "--vary");
    if (options.has("morris"))
        question.trajectories = count_option(options, "morris", 1);
    if (options.has("levels") && !options.has("morris"))
        throw InputError("--levels", "is of a screening", "--morris R asks for one");
    const std::uint64_t levels = count_option(options, "levels", question.levels);
    if (levels % 2 != 0 || levels > kMostLevels)
        throw InputError("--levels", fmt::format("{} is no even number up to {}", levels, kMostLevels),
                         "4 is usual");
    question.levels = static_cast<std::uint32_t>(levels);
    return question;
}

}  // namespace

int sensitivity_command(const std::vector<std::string>& arguments) {
    const Options options("spillway sensitivity", sensitivity_options(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway sensitivity", kSensitivityUsage, kSensitivitySummary,
                                    sensitivity_options()));
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway sensitivity", "takes one scenario", "spillway sensitivity SCENARIO.json");
    const SensitivityQuestion question = sensitivity_question(options);
    const ScenarioFile file = ScenarioFile::load(options.positional().front(), additions(options));
    SensitivityReport report;
    within_threads(thread_count(options), [&] { report = measure_sensitivity(file, question); });
    const auto csv = options.value("csv");
    const auto json = options.value("json");
    if (csv)
        write_output(*csv, sensitivity_csv(report));
    if (json)
        write_output(*json, sensitivity_json(report));
    if (csv != "-" && json != "-")
        write_output("-", sensitivity_text(report));
    return 0;
}

}  // namespace spillway
