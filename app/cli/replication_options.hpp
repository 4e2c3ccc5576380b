#pragma once

#include <string>
#include <vector>

#include "app/cli/options.hpp"
#include "app/study/metric.hpp"
#include "app/study/replicate.hpp"

namespace spillway {

/// The words of "A, B,C", between commas.
std::vector<std::string> comma_words(const std::string& text);

/// --replications, --precision, --vary and --metrics, for commands that run scenarios several times.
std::vector<OptionSpec> replication_options();

/// Whether any of them asks for more than one run.
bool asks_for_replications(const Options& options);

/// --metrics, or those that studies look at by default.
std::vector<Metric> metrics_option(const Options& options);

/// The rule that the options give; `fallback` replications where none says how many. What precision watches
/// is every metric that is a cost or a latency. Throws InputError.
ReplicationRule replication_rule(const Options& options, const std::vector<Metric>& metrics,
                                 std::uint64_t fallback);

}  // namespace spillway
