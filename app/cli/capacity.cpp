#include <vector>

#include "app/capacity/capacity.hpp"
#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kCapacityUsage = "SCENARIO.json [options]";
constexpr std::string_view kCapacitySummary =
    "What one always-on worker of a pool carries: latency and throughput over clients and over the offered "
    "rate,\n"
    "and the largest rate at which its promises hold. Requests are drawn from the scenario's own traffic.";

const std::vector<OptionSpec>& capacity_options() {
    static const std::vector<OptionSpec> kSpecs = with_study_options(
        {{"worker", "POOL", "whose worker; without it, the first pool of workers"},
         {"class", "NAME", "requests of this class alone; without it, all"},
         {"slo", "'p95 ttft < 2s'", "what is promised, in place of the scenario's own; may be repeated", '\0',
          true},
         {"gpus", "A,B...", "each of these in the place of the pool's GPU (service llm)"},
         {"precisions", "A,B...", "each of these in the place of the service's precision (service llm)"},
         {"requests", "N", "measured in a replication; 2000 without it"},
         {"replications", "N", "runs with other draws, two or more; 10 without it"},
         {"vary", "WHAT", "what they draw anew: luck,traffic,model (all of them without it)"},
         {"csv", "FILE", "one row a load"},
         {"json", "FILE", "the same as JSON; - for standard output in place of the text"}});
    return kSpecs;
}

CapacityQuestion question_of(const Options& options) {
    CapacityQuestion question;
    question.pool = options.value("worker");
    question.class_name = options.value("class");
    question.slos = options.values("slo");
    if (const auto gpus = options.value("gpus"))
        question.gpus = comma_words(*gpus);
    if (const auto precisions = options.value("precisions"))
        question.precisions = comma_words(*precisions);
    question.requests = count_option(options, "requests", question.requests);
    question.replications = count_option(options, "replications", question.replications);
    if (question.replications < 2)
        throw InputError("--replications", "one run has no interval", "2 or more");
    if (const auto vary = options.value("vary"))
        question.vary = parse_vary(*vary, "--vary");
    return question;
}

}  // namespace

int capacity_command(const std::vector<std::string>& arguments) {
    const Options options("spillway capacity", capacity_options(), arguments);
    if (options.has("help")) {
        write_output("-",
                     help_text("spillway capacity", kCapacityUsage, kCapacitySummary, capacity_options()));
        return 0;
    }
    if (options.positional().size() != 1)
        throw InputError("spillway capacity", "takes one scenario", "spillway capacity SCENARIO.json");
    const CapacityQuestion question = question_of(options);
    const Scenario scenario = ScenarioFile::load(options.positional().front(), additions(options)).scenario();
    CapacityReport report;
    within_threads(thread_count(options), [&] { report = measure_capacity(scenario, question); });
    const auto csv = options.value("csv");
    const auto json = options.value("json");
    if (csv)
        write_output(*csv, capacity_csv(report));
    if (json)
        write_output(*json, capacity_json(report));
    if (csv != "-" && json != "-")
        write_output("-", capacity_text(report));
    return 0;
}

}  // namespace spillway
