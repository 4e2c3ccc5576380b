#include "app/bound/bound_pools.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

bool same(const ConfigNode& a, const ConfigNode& b);

bool same_members(const ConfigNode& a, const ConfigNode& b) {
    return a.members().size() == b.members().size() &&
           std::all_of(a.members().begin(), a.members().end(), [&](const ConfigNode::Member& member) {
               const ConfigNode* other = b.find(member.first);
               return other != nullptr && same(member.second, *other);
           });
}

bool same(const ConfigNode& a, const ConfigNode& b) {
    if (a.kind() != b.kind())
        return false;
    switch (a.kind()) {
        case ConfigNode::Kind::kNull:
            return true;
        case ConfigNode::Kind::kFlag:
            return a.as_flag() == b.as_flag();
        case ConfigNode::Kind::kInteger:
            return a.as_integer() == b.as_integer();
        case ConfigNode::Kind::kNumber:
            return a.as_number() == b.as_number();
        case ConfigNode::Kind::kText:
            return a.as_text() == b.as_text();
        case ConfigNode::Kind::kList:
            return std::equal(a.items().begin(), a.items().end(), b.items().begin(), b.items().end(), same);
        case ConfigNode::Kind::kObject:
            return same_members(a, b);
    }
    return false;
}

/// Of a pool, what is not its policy.
ConfigNode bare(const ConfigNode& pool) {
    std::vector<ConfigNode::Member> members;
    for (const ConfigNode::Member& member : pool.members()) {
        if (member.first != "policy" && member.first != "route")
            members.push_back(member);
    }
    return ConfigNode::object(pool.where(), std::move(members));
}

/// Whether equal pools of both are served, started and priced alike.
bool same_ground(const Scenario& a, const Scenario& b) {
    const auto same_profile = [](const ProfileFile& one, const ProfileFile& other) {
        return one.file == other.file;
    };
    const auto seed = [](const Scenario& scenario) {
        return std::pair(scenario.draws.luck.seed, scenario.draws.luck.replication);
    };
    return seed(a) == seed(b) && !a.draws.model && !b.draws.model && a.prices == b.prices &&
           a.folder == b.folder && a.month == b.month &&
           std::equal(a.gpu_profiles.begin(), a.gpu_profiles.end(), b.gpu_profiles.begin(),
                      b.gpu_profiles.end(), same_profile);
}

/// The pool of one scenario, with its terms.
BoundPool bound_pool(const Scenario& scenario, std::size_t number, const Assembly& assembly,
                     std::size_t which, SimTime horizon) {
    const PoolSetup& setup = assembly.pools[which];
    const ConfigNode& node = scenario.pools[which];
    if (!setup.purchase)
        throw InputError(node.where() + ".price", "is missing: a bound is one of the bill");
    BoundPool pool{number, node, setup.name, setup.sort, &assembly.fleet.pools[which], *setup.purchase, {}};
    if (setup.sort != PoolSort::kWorkers)
        return pool;
    pool.cost = unit_cost(pool.purchase, *pool.spec, horizon - SimTime{}, assembly.fleet.begin);
    if (!scenario.rollouts.empty())
        pool.cost.start = {};  // a new version may start faster
    return pool;
}

/// Starts are as short as in the one of two scenarios where they are shorter.
void merge_starts(UnitCost& known, const UnitCost& other) {
    known.start.shortest = std::min(known.start.shortest, other.start.shortest);
    known.start.billed = std::min(known.start.billed, other.start.billed);
    known.start.tail = std::min(known.start.tail, other.start.tail);
    known.start.longest = std::max(known.start.longest, other.start.longest);
    known.none_at_0 = known.none_at_0 && other.none_at_0;
    known.starts_before = known.starts_before || other.starts_before;
    known.starts_are_drawn_out = known.starts_are_drawn_out || other.starts_are_drawn_out;
}

}  // namespace

double api_cost(const TokenPrices& prices, Duration month, double input_tokens, double output_tokens) {
    constexpr std::int64_t kMany = 1'000'000'000;
    const auto each = [&](const Price& price) { return to_usd(charge(kMany, price, month)) / kMany; };
    const double cached = static_cast<double>(prices.cached_per_million) / 1e6;
    double cost = input_tokens * (1 - cached) * each(prices.input);
    cost += input_tokens * cached * each(prices.cached_input.value_or(prices.input));
    cost += output_tokens * each(prices.output);
    return prices.request ? cost + each(*prices.request) : cost;
}

std::vector<BoundPool> bound_pools(const std::vector<Scenario>& scenarios,
                                   const std::vector<std::unique_ptr<Assembly>>& assemblies,
                                   SimTime horizon) {
    std::vector<BoundPool> pools;
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        for (std::size_t k = 0; k < assemblies[i]->pools.size(); ++k) {
            BoundPool pool = bound_pool(scenarios[i], i, *assemblies[i], k, horizon);
            const auto known = std::find_if(pools.begin(), pools.end(), [&](const BoundPool& other) {
                return same_ground(scenarios[other.scenario], scenarios[i]) &&
                       same(bare(other.node), bare(pool.node));
            });
            if (known == pools.end()) {
                pools.push_back(std::move(pool));
            } else {
                merge_starts(known->cost, pool.cost);
            }
        }
    }
    return pools;
}

}  // namespace spillway
