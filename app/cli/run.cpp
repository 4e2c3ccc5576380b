#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/report/answer_line.hpp"
#include "app/report/checklist.hpp"
#include "app/report/csv_report.hpp"
#include "app/report/explain.hpp"
#include "app/report/json_report.hpp"
#include "app/report/side_by_side.hpp"
#include "app/report/text_report.hpp"
#include "app/report/timeline_csv.hpp"
#include "app/run/fixed_fleet.hpp"
#include "app/run/parallel_for.hpp"
#include "app/run/run_scenario.hpp"
#include "app/study/scenario_runs.hpp"
#include "sim/core/error.hpp"
#include "sim/metrics/requests_writer.hpp"

namespace spillway {
namespace {

constexpr std::string_view kUsage = "SCENARIO.json... [options]";
constexpr std::string_view kSummary =
    "Replays the traffic of each scenario against its fleet. Several scenarios also stand side by side.";

const std::vector<OptionSpec>& option_specs() {
    static const std::vector<OptionSpec> kSpecs = [] {
        std::vector<OptionSpec> specs{
            {"json", "FILE", "the result as JSON; - for standard output in place of the text"},
            {"csv", "FILE", "the answer's figures, one row a scenario"},
            {"requests", "FILE", "one CSV row a request with every part of its time (one scenario only)"},
            {"timeline", "FILE", "one CSV row a second and pool: workers, queue, cost (one scenario only)"},
            {"explain", "", "print each scaling decision with the rule that fired, before the result"},
            {"checklist", "", "answer the planner's five questions too; looks for the smallest fixed fleet"},
            {"strict", "", "fail (exit code 1) when an objective does not hold, or the run did not settle"},
        };
        const std::vector<OptionSpec> runs = replication_options();
        specs.insert(specs.end(), runs.begin(), runs.end());
        return with_study_options(std::move(specs));
    }();
    return kSpecs;
}

constexpr std::array kOutputs{"json", "csv", "requests", "timeline"};

/// Throws InputError when two outputs would go to one place.
void check_outputs(const Options& options) {
    for (std::size_t i = 0; i < kOutputs.size(); ++i) {
        for (std::size_t k = i + 1; k < kOutputs.size(); ++k) {
            const auto name = options.value(kOutputs[i]);
            if (!name || name != options.value(kOutputs[k]))
                continue;
            throw InputError("spillway run",
                             fmt::format("--{} and --{} both go to {}", kOutputs[i], kOutputs[k], *name),
                             "give each its own file");
        }
    }
}

/// Whether standard output belongs to a file format, so that nothing else may go there.
bool taken_standard_output(const Options& options) {
    return std::any_of(kOutputs.begin(), kOutputs.end(),
                       [&](const char* output) { return options.value(output) == "-"; });
}

/// The outputs that grow as the run goes.
class Streams {
public:
    Streams(const Options& options, const Scenario& scenario, const Assembly& assembly) {
        std::vector<std::string> pools;
        for (const PoolSetup& pool : assembly.pools) pools.push_back(pool.name);
        if (const auto name = options.value("requests")) {
            std::vector<MeasuredClass> classes;
            for (const ScenarioClass& one : scenario.classes)
                classes.push_back({one.spec.name, one.delivery});
            requests_file_ = std::make_unique<OutputFile>(*name);
            requests_ = std::make_unique<RequestsWriter>(requests_file_->stream(), *name, classes, pools);
            onlookers_.requests.push_back(requests_.get());
        }
        if (const auto name = options.value("timeline")) {
            timeline_file_ = std::make_unique<OutputFile>(*name);
            timeline_ = std::make_unique<TimelineWriter>(timeline_file_->stream(), assembly.pools);
            onlookers_.snapshots.push_back(timeline_.get());
        }
        if (options.has("explain")) {
            explain_ = std::make_unique<ExplainWriter>(taken_standard_output(options) ? std::cerr : std::cout,
                                                       pools);
            onlookers_.decisions.push_back(explain_.get());
        }
    }

    const Onlookers& onlookers() const noexcept { return onlookers_; }
    void keep() {
        if (requests_)
            requests_->finish();
        if (requests_file_)
            requests_file_->keep();
        if (timeline_file_)
            timeline_file_->keep();
    }

private:
    std::unique_ptr<OutputFile> requests_file_;
    std::unique_ptr<RequestsWriter> requests_;
    std::unique_ptr<OutputFile> timeline_file_;
    std::unique_ptr<TimelineWriter> timeline_;
    std::unique_ptr<ExplainWriter> explain_;
    Onlookers onlookers_;
};

RunResult run_one(const Options& options, const Scenario& scenario) {
    const std::unique_ptr<Assembly> assembly = assemble(scenario);
    Streams streams(options, scenario, *assembly);
    RunResult result = run_assembled(scenario, *assembly, streams.onlookers());
    streams.keep();
    return result;
}

void write_results(const Options& options, const std::vector<RunResult>& results,
                   const std::string& checklists) {
    const std::string json = results.size() == 1 ? json_report(results.front()) : json_report(results);
    if (const auto name = options.value("json"))
        write_output(*name, json);
    if (const auto name = options.value("csv"))
        write_output(*name, csv_report(results));
    if (taken_standard_output(options))
        return;
    if (results.size() == 1) {
        write_output("-", text_report(results.front()) + checklists);
        return;
    }
    std::string text;
    for (const RunResult& result : results)
        text += fmt::format("{}: {}", result.scenario, answer_line(result));
    write_output("-", text + '\n' + side_by_side(results) + checklists);
}

/// Options that are about a single run.
constexpr std::array kOfOneRun{"csv", "requests", "timeline", "explain", "checklist", "strict"};
/// Options that are about several.
constexpr std::array kOfSeveralRuns{"vary", "block", "metrics", "threads"};

void refuse(const Options& options, std::span<const char* const> names, std::string_view why) {
    for (const char* name : names) {
        if (options.has(name))
            throw InputError(fmt::format("--{}", name), std::string(why));
    }
}

/// The scenario under other draws, as often as was asked for.
int run_several(const Options& options) {
    refuse(options, kOfOneRun, "is about one run, and --replications or --precision ask for several");
    if (options.positional().size() > 1)
        throw InputError("spillway run", "--replications and --precision take one scenario",
                         "`spillway compare A.json B.json` compares several");
    const std::vector<Metric> metrics = metrics_option(options);
    const ReplicationRule rule = replication_rule(options, metrics, kFirstLook);
    const ScenarioFile file = ScenarioFile::load(options.positional().front(), additions(options));
    ScenarioRuns runs;
    within_threads(thread_count(options), [&] { runs = run_replications(file, metrics, rule); });
    const auto json = options.value("json");
    if (json)
        write_output(*json, runs_json(runs));
    if (json != "-")
        write_output("-", runs_text(runs));
    return 0;
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
    const Options options("spillway run", option_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway run", kUsage, kSummary, option_specs()));
        return 0;
    }
    const std::vector<std::string>& files = options.positional();
    if (files.empty())
        throw InputError("spillway run", "names no scenario", "spillway run SCENARIO.json");
    if (asks_for_replications(options))
        return run_several(options);
    refuse(options, kOfSeveralRuns, "needs --replications or --precision");
    if (files.size() > 1 && (options.has("requests") || options.has("timeline"))) {
        throw InputError("spillway run", "--requests and --timeline take one scenario");
    }
    check_outputs(options);
    std::vector<RunResult> results;
    std::string checklists;
    for (const std::string& file : files) {
        const Scenario scenario = ScenarioFile::load(file, additions(options)).scenario();
        results.push_back(run_one(options, scenario));
        if (options.has("checklist")) {
            checklists += checklist_text(results.back(), smallest_fixed_fleet(scenario));
        }
    }
    write_results(options, results, checklists);
    const bool all_hold = std::all_of(results.begin(), results.end(), meets_objectives);
    return options.has("strict") && !all_hold ? 1 : 0;
}

}  // namespace spillway
