#include "sim/fleet/check_spec.hpp"

#include <algorithm>
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

/// An instance that no part of its supply could ever hold would wait for ever.
void validate_place(const FleetSpec& spec, const PoolSpec& pool) {
    if (!pool.supply)
        return;
    const SupplySpec& supply = spec.supplies[*pool.supply];
    const std::string where = "pool " + pool.name;
    if (supply.gpus && pool.gpus_per_instance > *supply.gpus) {
        throw InputError(where, fmt::format("an instance of {} GPUs does not fit supply {} of {}",
                                            pool.gpus_per_instance, supply.name, *supply.gpus));
    }
    int largest = 0;
    for (const HostId host : supply.hosts) largest = std::max(largest, spec.hosts[host.value].gpus);
    if (!supply.hosts.empty() && pool.gpus_per_instance > largest) {
        throw InputError(
            where, fmt::format("an instance of {} GPUs does not fit a host of supply {}: the largest has {}",
                               pool.gpus_per_instance, supply.name, largest));
    }
}

void validate_hosts(const FleetSpec& spec) {
    std::vector<bool> taken(spec.hosts.size());
    for (const SupplySpec& supply : spec.supplies) {
        SPILLWAY_CHECK(!supply.zone || supply.zone->value < spec.zones.size(), "a supply in an unknown zone");
        for (const HostId host : supply.hosts) {
            SPILLWAY_CHECK(host.value < taken.size(), "a supply names an unknown host");
            SPILLWAY_CHECK(!taken[host.value], "a host belongs to two supplies");
            taken[host.value] = true;
        }
    }
    for (const HostSpec& host : spec.hosts) {
        if (host.gpus < 1)
            throw InputError("host " + host.name, "a host needs a GPU");
        SPILLWAY_CHECK(!host.zone || host.zone->value < spec.zones.size(), "a host in an unknown zone");
    }
}

void validate_flow(const FlowSpec& flow, const FleetSpec& spec) {
    bool always = false;
    for (std::uint32_t i = 0; i < flow.stages.size(); ++i) {
        const StageSpec& stage = flow.stages[i];
        always |= stage.share >= 1;
        SPILLWAY_CHECK(!stage.pool || stage.pool->value < spec.pools.size(), "a stage names an unknown pool");
        for (const std::uint32_t before : stage.after)
            SPILLWAY_CHECK(before < i, "a stage stands before one that it waits for");
    }
    SPILLWAY_CHECK(always, "a flow of which a request may take no stage");
    SPILLWAY_CHECK(!flow.answers || *flow.answers < flow.stages.size(), "an unknown stage answers");
}

}  // namespace

void check_spec(const FleetSpec& spec) {
    if (spec.pools.empty())
        throw InputError("pools", "a fleet needs at least one pool");
    if (spec.classes.empty())
        throw InputError("classes", "a fleet needs at least one class of requests");
    SPILLWAY_CHECK(spec.begin <= SimTime{}, "warm-up begins before the window");
    for (const PoolSpec& pool : spec.pools) validate_pool(spec, pool);
    validate_hosts(spec);
    for (const PoolSpec& pool : spec.pools) validate_place(spec, pool);
    for (const FlowSpec& flow : spec.flows) validate_flow(flow, spec);
    for (const ClassSpec& one : spec.classes) {
        SPILLWAY_CHECK(!one.flow || *one.flow < spec.flows.size(), "a class names an unknown flow");
        SPILLWAY_CHECK(!one.poll || *one.poll > Duration::zero(), "a client polls without a pause");
    }
}

}  // namespace spillway
