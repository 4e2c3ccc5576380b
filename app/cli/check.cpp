#include <algorithm>

#include <fmt/format.h>

#include "app/cli/command.hpp"
#include "app/cli/options.hpp"
#include "app/cli/replication_options.hpp"
#include "app/cli/study_options.hpp"
#include "app/io/output_file.hpp"
#include "app/run/parallel_for.hpp"
#include "app/study/gate.hpp"
#include "app/study/gate_side.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::string_view kCheckUsage = "--base BASE --head HEAD [options]";
constexpr std::string_view kCheckSummary =
    "Says whether a change makes the fleet dearer or slower. BASE and HEAD are scenarios, folders of them, "
    "or what\n"
    "`spillway run --replications N --json FILE` wrote. Exit code 0: the same or better, 1: worse, changed "
    "or\n"
    "missing, 2: bad input.";
constexpr std::uint64_t kCheckReplications = 20;

const std::vector<OptionSpec>& check_specs() {
    static const std::vector<OptionSpec> kSpecs = [] {
        std::vector<OptionSpec> specs{
            {"base", "PATH", "how it was"},
            {"head", "PATH", "how it is with the change"},
            {"max", "METRIC=+X%",
             "how far a metric may get worse: cost=+2%, p99=+200ms, failed=+0.1pp, inside=-1pp; "
             "may be given several times (without any: cost=+2%, p99=+5%, failed=+0.1pp)",
             '\0', true},
            {"warn", "METRIC=+X%", "where a warning begins; may be given several times", '\0', true},
            {"strict", "", "what is unclear fails"},
            {"allow-changed", "WHAT", "inputs that may differ: prices,traffic,files or all"},
            {"markdown", "FILE", "a comment for a pull request"},
            {"junit", "FILE", "JUnit XML"},
            {"json", "FILE", "all of it as JSON"}};
        const std::vector<OptionSpec> runs = replication_options();
        specs.insert(specs.end(), runs.begin(), runs.end());
        return with_study_options(std::move(specs));
    }();
    return kSpecs;
}

GateRules read_gate_rules(const Options& options) {
    GateRules rules;
    for (const std::string& text : options.values("max")) {
        rules.limits.push_back(parse_limit(text, "--max"));
        const auto same = std::count_if(rules.limits.begin(), rules.limits.end(), [&](const Limit& one) {
            return one.metric.name == rules.limits.back().metric.name;
        });
        if (same > 1)
            throw InputError("--max",
                             fmt::format("\"{}\" is limited twice", rules.limits.back().metric.name));
    }
    if (rules.limits.empty())
        rules.limits = default_limits();
    for (const std::string& text : options.values("warn"))
        rules.warnings.push_back(parse_limit(text, "--warn"));
    for (const Limit& warning : rules.warnings) {
        const bool limited = std::any_of(rules.limits.begin(), rules.limits.end(), [&](const Limit& one) {
            return one.metric.name == warning.metric.name;
        });
        if (!limited)
            throw InputError(
                "--warn",
                fmt::format("\"{}\" has no limit that a warning could come before", warning.metric.name),
                "give it a --max");
    }
    rules.strict = options.has("strict");
    if (const auto allowed = options.value("allow-changed"))
        rules.allowed = parse_allowed(*allowed, "--allow-changed");
    return rules;
}

/// What is limited, and the share of failures, without which nothing is better.
std::vector<Metric> metrics_of(const Options& options, const GateRules& rules) {
    std::vector<Metric> metrics;
    const auto add = [&](const Metric& metric) {
        const bool known = std::any_of(metrics.begin(), metrics.end(),
                                       [&](const Metric& one) { return one.name == metric.name; });
        if (!known)
            metrics.push_back(metric);
    };
    for (const Limit& limit : rules.limits) add(limit.metric);
    add(parse_metric(std::string(kFailedMetric), "spillway check"));
    if (options.has("metrics")) {
        for (const Metric& metric : metrics_option(options)) add(metric);
    }
    return metrics;
}

/// A single file has the name "", those of a folder their own.
void refuse_mixed_sides(const GateSide& base, const GateSide& head) {
    if (base.contains("") != head.contains(""))
        throw InputError("spillway check", "one side is a file, and the other a folder",
                         "give two of a kind");
}

bool is_kept(const GateSide& side) {
    return std::any_of(side.begin(), side.end(),
                       [](const auto& one) { return std::holds_alternative<ScenarioRuns>(one.second); });
}

/// Kept runs say themselves how they were made, and the other side is run likewise.
void refuse_run_options(const Options& options) {
    for (const char* name : {"replications", "precision", "vary", "block", "metrics"}) {
        if (options.has(name))
            throw InputError(fmt::format("--{}", name),
                             "goes with two scenarios, and one side holds kept runs",
                             "the other side is run as these were");
    }
}

std::vector<GateResult> check_all(const Options& options) {
    const GateRules rules = read_gate_rules(options);
    const std::vector<Metric> metrics = metrics_of(options, rules);
    const ReplicationRule rule = replication_rule(options, metrics, kCheckReplications);
    if (rule.most < 2)
        throw InputError("--replications", "is 1, and an interval needs two", "20 is usual");
    const GateSide base = load_side(options.required("base", "the scenario as it was"), additions(options));
    const GateSide head = load_side(options.required("head", "the scenario as it is"), additions(options));
    refuse_mixed_sides(base, head);
    if (is_kept(base) || is_kept(head))
        refuse_run_options(options);
    std::vector<GateResult> results;
    for (const auto& [name, entry] : base) {
        const auto other = head.find(name);
        if (other == head.end()) {
            results.push_back(one_sided(name, true));
            continue;
        }
        const PairOfRuns pair = run_sides(entry, other->second, metrics, rule);
        results.push_back(judge(pair.base, pair.head, rules));
        if (!name.empty())
            results.back().scenario = name;
    }
    for (const auto& [name, entry] : head) {
        if (!base.contains(name))
            results.push_back(one_sided(name, false));
    }
    return results;
}

}  // namespace

int check_command(const std::vector<std::string>& arguments) {
    const Options options("spillway check", check_specs(), arguments);
    if (options.has("help")) {
        write_output("-", help_text("spillway check", kCheckUsage, kCheckSummary, check_specs()));
        return 0;
    }
    refuse_shared_standard_output(options, {"markdown", "junit", "json"});
    if (!options.positional().empty())
        throw InputError("spillway check", fmt::format("\"{}\" stands alone", options.positional().front()),
                         "spillway check --base BASE --head HEAD");
    std::vector<GateResult> results;
    within_threads(thread_count(options), [&] { results = check_all(options); });
    const auto write = [&](const char* option, std::string (*text)(std::span<const GateResult>)) {
        const auto name = options.value(option);
        if (name)
            write_output(*name, text(results));
        return name == "-";
    };
    bool taken = write("markdown", gate_markdown);
    taken = write("junit", gate_junit) || taken;
    taken = write("json", gate_json) || taken;
    if (!taken)
        write_output("-", gate_text(results));
    return overall(results) == GateOutcome::kFail ? 1 : 0;
}

}  // namespace spillway
