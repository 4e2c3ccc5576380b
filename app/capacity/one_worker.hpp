#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/scenario/scenario.hpp"

namespace spillway {

/// What stands in the place of a pool's own GPU and of its service's precision.
struct WorkerVariant {
    std::optional<std::string> gpu;
    std::optional<std::string> precision;
};

/// The pool of that name, or the first pool of workers. Throws InputError at --worker.
const ConfigNode& worker_pool(const Scenario& scenario, const std::optional<std::string>& name);

/// A scenario of one worker of `pool` that is always on, with the classes and objectives of `scenario` and a
/// placeholder for its traffic. What limits the pool and not the worker is gone: supply, crashes, rate
/// limits. Another GPU is bought as the pool's own is, from the catalogue's same platform and offer; where
/// there is no such price, there is none. Throws InputError for flows.
Scenario one_worker(const Scenario& scenario, const ConfigNode& pool, const WorkerVariant& variant);

/// Each GPU with each precision; one variant without any change where neither is given. Throws InputError for
/// an unknown GPU or precision, and for a pool whose service does not depend on them.
std::vector<WorkerVariant> worker_variants(const ConfigNode& pool, const std::vector<std::string>& gpus,
                                           const std::vector<std::string>& precisions);

}  // namespace spillway
