#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/capacity/knee.hpp"
#include "app/capacity/loaded_worker.hpp"
#include "app/capacity/one_worker.hpp"
#include "app/plan/objectives.hpp"
#include "app/study/vary.hpp"

namespace spillway {

/// What `spillway capacity` is asked.
struct CapacityQuestion {
    std::optional<std::string> pool;        ///< empty: the first pool of workers
    std::optional<std::string> class_name;  ///< whose requests alone are offered; empty: all
    std::vector<std::string> slos;          ///< empty: the scenario's own
    std::vector<std::string> gpus;
    std::vector<std::string> precisions;
    Vary vary;
    std::uint64_t replications = 10;
    std::uint64_t requests = 2000;
};

/// One worker on one GPU in one precision.
struct WorkerCapacity {
    std::string gpu;                       ///< empty: none is named
    std::string precision;                 ///< likewise
    std::string refused;                   ///< why there is no such worker; empty: there is
    std::vector<std::string> draws;        ///< how its models' errors are drawn, a line each
    std::vector<LoadedWorker> by_clients;  ///< ascending
    std::vector<LoadedWorker> by_rate;     ///< ascending
    std::optional<Knee> knee;              ///< empty: nothing is promised
    std::optional<LoadedWorker> at_knee;   ///< empty: no rate holds
    std::optional<LoadedWorker> alone;     ///< slowest rate tried, where none holds
};

/// USD per million tokens of a price by the hour at a rate of tokens; empty without one of them.
std::optional<double> cost_per_million(const LoadedWorker& point, CapacityFigure per_second);

/// Everything that the outputs of `spillway capacity` say.
struct CapacityReport {
    std::string scenario;
    std::string pool;
    std::string class_name;                    ///< empty: all
    std::vector<PlannedObjective> objectives;  ///< what is promised; may be empty
    RequestMix mix;
    Vary vary;
    std::uint64_t replications = 0;
    std::uint64_t requests = 0;
    int concurrency = 1;
    std::vector<WorkerCapacity> workers;  ///< by GPU, then by precision
};

/// Runs all of it, spread over threads; the same for any number of them. Throws InputError.
CapacityReport measure_capacity(const Scenario& scenario, const CapacityQuestion& question);

std::string capacity_text(const CapacityReport& report);
std::string capacity_json(const CapacityReport& report);
/// One row a load of one worker.
std::string capacity_csv(const CapacityReport& report);

}  // namespace spillway
