#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/study/inputs.hpp"
#include "app/study/metric.hpp"
#include "app/study/replicate.hpp"
#include "app/study/scenario_file.hpp"

namespace spillway {

/// A scenario run many times: what `run --replications` says, and what compare and check start from.
struct ScenarioRuns {
    std::string name;
    Inputs inputs;
    std::vector<Metric> metrics;
    std::uint64_t seed = 1;
    Vary vary;
    Replications runs;
    std::string version;               ///< of the program that ran it
    std::vector<std::string> sources;  ///< what traffic was drawn from, and the errors of models, in words

    /// By its name; its number in `metrics`, empty when it is not among them.
    std::optional<std::size_t> find(const std::string& metric) const;
};

/// The scenario without any run yet, and what runs one. Throws InputError.
struct RunnableScenario {
    Scenario scenario;
    ScenarioRuns runs;

    /// Traffic that varies and is stationary is warmed up for as long as its window feels its beginning.
    /// Scenarios that are compared share `recordings`.
    RunnableScenario(const ScenarioFile& file, const std::vector<Metric>& metrics, const Vary& vary,
                     std::shared_ptr<Recordings> recordings);
    RunReplication runner() const;  ///< refers to this

private:
    /// Where the traffic is stationary and its window begins with a transient, warms up for as much longer,
    /// and says so in the runs' sources.
    void drop_transient();
};

/// Runs it from replication 0 on. Throws InputError.
ScenarioRuns run_replications(const ScenarioFile& file, const std::vector<Metric>& metrics,
                              const ReplicationRule& rule);

/// The runs as a JSON file, which read_runs() reads back without loss.
std::string runs_json(const ScenarioRuns& runs);
/// Throws InputError for a file that holds no runs.
ScenarioRuns read_runs(const std::string& text, const std::string& where);
/// Whether a JSON file holds runs, rather than a scenario.
bool holds_runs(const ConfigNode& node);

/// For people: each metric's mean with its interval, and where a single window lies.
std::string runs_text(const ScenarioRuns& runs);

}  // namespace spillway
