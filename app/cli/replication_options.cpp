#include "app/cli/replication_options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/cli/study_options.hpp"
#include "sim/core/error.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::uint64_t kMostReplications = 1000;

/// The first cost and the totals: what a planner reads first. A share near 0 has no relative precision.
std::vector<std::size_t> watched_by_default(const std::vector<Metric>& metrics) {
    std::vector<std::size_t> watched;
    for (std::size_t i = 0; i < metrics.size(); ++i) {
        if (metrics[i].unit == MetricUnit::kUsd || metrics[i].unit == MetricUnit::kSeconds)
            watched.push_back(i);
    }
    return watched;
}

}  // namespace

std::vector<std::string> comma_words(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        std::string word = text.substr(begin, comma - begin);
        word.erase(0, std::min(word.find_first_not_of(' '), word.size()));
        word.erase(word.find_last_not_of(' ') + 1);
        words.push_back(std::move(word));
        begin = comma + 1;
    }
    return words;
}

std::vector<OptionSpec> replication_options() {
    return {{"replications", "N", "runs with other draws; intervals are made of them"},
            {"precision", "2%", "runs until the 95% half-widths of costs and latencies are below it"},
            {"vary", "WHAT", "what they draw anew: luck,traffic,model (all of them without it)"},
            {"block", "10m",
             "recorded traffic is drawn in blocks of that length (an hour, or a 20th of the trace)"},
            {"metrics", "A,B...", "what is looked at; `spillway list metrics`"}};
}

bool asks_for_replications(const Options& options) {
    return options.has("replications") || options.has("precision");
}

std::vector<Metric> metrics_option(const Options& options) {
    const auto text = options.value("metrics");
    return text ? parse_metrics(comma_words(*text), "--metrics") : default_metrics();
}

ReplicationRule replication_rule(const Options& options, const std::vector<Metric>& metrics,
                                 std::uint64_t fallback) {
    ReplicationRule rule;
    const bool counted = options.has("replications");
    rule.first = rule.most = count_option(options, "replications", fallback);
    if (const auto vary = options.value("vary"))
        rule.vary = parse_vary(*vary, "--vary");
    if (const auto block = options.value("block")) {
        rule.vary.block = parse_duration(*block);
        if (!rule.vary.block || *rule.vary.block <= Duration::zero())
            throw InputError("--block", fmt::format("\"{}\" is no duration above 0", *block), "write 10m");
        if (!rule.vary.traffic)
            throw InputError("--block", "is about traffic, which --vary leaves as it is");
    }
    if (const auto precision = options.value("precision")) {
        rule.precision = parse_ratio(*precision);
        if (!rule.precision || !(*rule.precision > 0 && *rule.precision < 1))
            throw InputError("--precision", fmt::format("\"{}\" is no share between 0 and 1", *precision),
                             "write 2%");
        rule.most = counted ? rule.first : kMostReplications;
        rule.first = std::min(kFirstLook, rule.most);
        rule.watched = watched_by_default(metrics);
    }
    return rule;
}

}  // namespace spillway
