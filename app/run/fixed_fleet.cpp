#include "app/run/fixed_fleet.hpp"

#include <algorithm>

#include "app/run/run_scenario.hpp"

namespace spillway {
namespace {

/// `node` with one member replaced or added.
ConfigNode with_member(const ConfigNode& node, const std::string& name, ConfigNode value) {
    std::vector<ConfigNode::Member> members;
    for (const ConfigNode::Member& member : node.members()) {
        if (member.first != name)
            members.push_back(member);
    }
    members.emplace_back(name, std::move(value));
    return ConfigNode::object(node.where(), std::move(members));
}

FixedFleet run_fixed(const Scenario& scenario, const ConfigNode& pool, int workers) {
    const std::string& where = pool.where();
    std::vector<ConfigNode::Member> policy;
    policy.emplace_back("name", ConfigNode::text(where, "fixed"));
    policy.emplace_back("workers", ConfigNode::integer(where, workers));
    std::vector<ConfigNode::Member> limits;
    limits.emplace_back("max", ConfigNode::integer(where, workers));
    const ConfigNode limited = with_member(pool, "workers", ConfigNode::object(where, std::move(limits)));
    Scenario fixed = with_pool_alone(scenario, limited, ConfigNode::object(where, std::move(policy)));
    fixed.name = "fixed fleet of " + std::to_string(workers);
    return {pool.find("name")->as_text(), workers, run_scenario(fixed)};
}

}  // namespace

Scenario with_pool_alone(const Scenario& scenario, const ConfigNode& pool, ConfigNode policy) {
    Scenario alone = scenario;
    alone.pools = {with_member(pool, "policy", std::move(policy))};
    alone.policy.reset();
    alone.route.reset();
    return alone;
}

bool meets_objectives(const RunResult& result) {
    const auto& slos = result.summary.slos;
    return result.settled &&
           std::all_of(slos.begin(), slos.end(), [](const SloResult& slo) { return slo.attained; });
}

std::optional<FixedFleet> smallest_fixed_fleet(const Scenario& scenario, int most) {
    const auto pool = std::find_if(scenario.pools.begin(), scenario.pools.end(), [](const ConfigNode& node) {
        const ConfigNode* kind = node.find("kind");
        return !kind || kind->as_text() == "workers";
    });
    if (pool == scenario.pools.end())
        return std::nullopt;
    return smallest_fixed_fleet(scenario, *pool, most);
}

std::optional<FixedFleet> smallest_fixed_fleet(const Scenario& scenario, const ConfigNode& pool, int most) {
    if (scenario.slos.empty())
        return std::nullopt;
    int too_few = 0;
    std::optional<FixedFleet> enough;
    for (int workers = 1; !enough; workers *= 2) {
        if (workers > most)
            return std::nullopt;
        FixedFleet tried = run_fixed(scenario, pool, workers);
        if (meets_objectives(tried.result)) {
            enough = std::move(tried);
        } else {
            too_few = workers;
        }
    }
    while (enough->workers - too_few > 1) {
        const int middle = too_few + (enough->workers - too_few) / 2;
        FixedFleet tried = run_fixed(scenario, pool, middle);
        if (meets_objectives(tried.result)) {
            enough = std::move(tried);
        } else {
            too_few = middle;
        }
    }
    return enough;
}

}  // namespace spillway
