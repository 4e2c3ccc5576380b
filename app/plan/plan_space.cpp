#include "app/plan/plan_space.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/plan/other_gpus.hpp"
#include "app/plan/pool_space.hpp"
#include "app/scenario/overlay_node.hpp"
#include "app/scenario/platform.hpp"
#include "app/scenario/scenario_prices.hpp"
#include "sim/billing/price_book.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

bool is_of_workers(const ConfigNode& pool) {
    const ConfigNode* kind = pool.find("kind");
    return kind == nullptr || kind->as_text() == "workers";
}

std::vector<ConfigNode> pools_of_workers(const ScenarioFile& file) {
    std::vector<ConfigNode> pools;
    for (const ConfigNode& pool : file.scenario().pools) {
        if (is_of_workers(pool))
            pools.push_back(without_member(pool, "tags"));
    }
    if (pools.empty())
        throw InputError(file.node().where(), "has no pool of workers to plan");
    return pools;
}

/// The autoscaler of the pool's platform; nullptr without one. `whole` is the pool with what its platform
/// sets.
const ConfigNode* own_autoscaler(const ConfigNode& pool, const ConfigNode& whole) {
    return pool.find("platform") != nullptr ? whole.find("policy") : nullptr;
}

void add_pool(PoolSpace& space, const NamedPool& pool, const PriceBook& book, Detail detail) {
    const ConfigNode whole = expand_platform(pool.node, book);
    if (const ConfigNode* policy = own_autoscaler(pool.node, whole))
        space.add_platform(pool, *policy, detail);
    else
        space.add_general(pool, detail);
}

}  // namespace

std::vector<Candidate> default_space(const ScenarioFile& file, const std::vector<std::string>& gpus) {
    const std::vector<ConfigNode> pools = pools_of_workers(file);
    const Scenario scenario = file.scenario();
    const PriceBook book = scenario_prices(scenario);
    PoolSpace space;
    space.add_as_it_stands();
    std::vector<NamedPool> others;
    for (const ConfigNode& pool : pools) {
        add_pool(space, named_pool(pool), book, Detail::kFull);
        const std::vector<NamedPool> more = on_other_gpus(pool, scenario, gpus);
        others.insert(others.end(), more.begin(), more.end());
    }
    if (!gpus.empty() && others.empty())
        throw InputError(
            "--gpus", "no pool can have another of these",
            "a pool that can is served by \"llm\", and its price or platform has one of that GPU");
    for (const ConfigNode& base : pools) {
        for (const ConfigNode& buffer : pools) {
            if (&base != &buffer && base.find("platform") == nullptr)
                space.add_pair(base, buffer);
        }
    }
    space.add_concurrency();
    for (const NamedPool& pool : others)
        add_pool(space, pool, book, gpus.empty() ? Detail::kCoarse : Detail::kFull);
    return std::move(space).take();
}

std::vector<Candidate> space_of(const Study& study) {
    std::vector<Candidate> candidates;
    for (const StudyPoint& point : study.points) {
        Candidate& candidate = candidates.emplace_back();
        for (std::size_t axis = 0; axis < study.axes.size(); ++axis)
            candidate.label += fmt::format("{}{} {}", axis > 0 ? ", " : "", study.axes[axis].name(),
                                           point.values[axis].label);
        candidate.changes = point.changes();
    }
    return candidates;
}

}  // namespace spillway
