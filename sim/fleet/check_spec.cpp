#include "sim/fleet/check_spec.hpp"

#include <string>

#include <fmt/format.h>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

void validate_pool(const FleetSpec& spec, const PoolSpec& pool) {
    const std::string where = "pool " + pool.name;
    if (pool.concurrency < 1)
        throw InputError(where, "a worker needs a concurrency of 1 or more");
    if (pool.min_workers < 0 || pool.max_workers < pool.min_workers) {
        throw InputError(where, fmt::format("min_workers {} and max_workers {} contradict each other",
                                            pool.min_workers, pool.max_workers));
    }
    if (pool.gpus_per_instance < pool.gpus_per_worker) {
        throw InputError(where, fmt::format("a worker of {} GPUs does not fit an instance of {}",
                                            pool.gpus_per_worker, pool.gpus_per_instance));
    }
    SPILLWAY_CHECK(pool.service && pool.startup, "a pool without models");
    SPILLWAY_CHECK(!pool.supply || *pool.supply < spec.supplies.size(), "a pool names an unknown supply");
}

}  // namespace

void check_spec(const FleetSpec& spec) {
    if (spec.pools.empty())
        throw InputError("pools", "a fleet needs at least one pool");
    if (spec.classes.empty())
        throw InputError("classes", "a fleet needs at least one class of requests");
    SPILLWAY_CHECK(spec.begin <= SimTime{}, "warm-up begins before the window");
    for (const PoolSpec& pool : spec.pools) validate_pool(spec, pool);
}

}  // namespace spillway
