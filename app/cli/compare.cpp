#include <algorithm>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/compare.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kCompareUsage = "A.json B.json... [options]";
constexpr std::string_view kCompareSummary =
    "Runs scenarios with the same draws and compares each with the first: differences with their intervals, "
    "and\n"
    "a verdict a metric: better, worse, same, unclear.";
constexpr std::uint64_t kCompareReplications = 20;

const std::vector<OptionSpec>& compare_specs() {
    static const std::vector<OptionSpec> kSpecs = [] {
        std::vector<OptionSpec> specs = replication_options();
        specs.push_back({"json", "FILE", "the same as JSON; - for standard output in place of the text"});
        return with_study_options(std::move(specs));
    }();
    return kSpecs;
}

std::vector<Comparison> compare_all(const Options& options) {
    std::vector<Metric> metrics = metrics_option(options);
    const bool counts_failed = std::any_of(metrics.begin(), metrics.end(),
                                           [](const Metric& one) { return one.name == kFailedMetric; });
    if (!counts_failed)  // without it, nothing could be called better
        metrics.push_back(parse_metric(std::string(kFailedMetric), "spillway compare"));
    const ReplicationRule rule = replication_rule(options, metrics, kCompareReplications);
    if (rule.most < 2)
        throw InputError("--replications", "is 1, and an interval needs two", "20 is usual");
    const ScenarioFile base = ScenarioFile::load(options.positional().front(), additions(options));
    std::vector<Comparison> comparisons;
    for (std::size_t i = 1; i < options.positional().size(); ++i) {
        const ScenarioFile head = ScenarioFile::load(options.positional()[i], additions(options));
        const PairOfRuns pair = run_pair(base, head, metrics, rule);
        comparisons.push_back(compare_runs(pair.base, pair.head));
    }
    return comparisons;
}

}  // namespace

int compare_command(const std::vector<std::string>& arguments) {
    const Options options("spillway compare", compare_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway compare", kCompareUsage, kCompareSummary, compare_specs()));
        return 0;
    }
    if (options.positional().size() < 2)
        throw InputError("spillway compare", "takes two scenarios or more", "spillway compare A.json B.json");
    std::vector<Comparison> comparisons;
    within_threads(thread_count(options), [&] { comparisons = compare_all(options); });
    const auto json = options.value("json");
    if (json)
        write_output(*json, comparison_json(comparisons));
    if (json == "-")
        return 0;
    std::string text;
    for (const Comparison& comparison : comparisons)
        text += (text.empty() ? "" : "\n") + comparison_text(comparison);
    write_output("-", text);
    return 0;
}

}  // namespace spillway
