#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

constexpr std::array kApiWaits{"1s", "2s", "5s"};

/// Each flow with the API in the place of the pool; pools that no stage names any more are gone.
ConfigNode with_api_in_flows(const AdviceGround& ground, const AdvisedPool& api, const AdvisedPool& pool) {
    std::vector<ConfigNode> flows;
    for (const ConfigNode& flow : ground.root().find("flows")->items()) {
        std::vector<ConfigNode> stages;
        for (const ConfigNode& stage : flow.find("stages")->items())
            stages.push_back(text_at(stage, "pool") == pool.name
                                 ? with_member(stage, {"pool", advised_text(api.name)})
                                 : stage);
        flows.push_back(with_member(flow, {"stages", ConfigNode::list("advise", std::move(stages))}));
    }
    std::vector<ConfigNode> pools{standing_alone(api)};
    for (const AdvisedPool* other : ground.workers()) {
        if (other->number != pool.number)
            pools.push_back(standing_alone(*other));
    }
    const ConfigNode root = with_only_pools(ground.root(), std::move(pools));
    return with_member(root, {"flows", ConfigNode::list("advise", std::move(flows))});
}

void add_api(const AdviceGround& ground, const AdvisedPool& api, std::vector<SavingTry>& tries) {
    const std::vector<const AdvisedPool*> workers = ground.workers();
    if (ground.has_flows()) {
        for (const AdvisedPool* pool : workers) {
            if (!pool->llm().empty() || pool->service() == "learned" || pool->service() == "token-rate")
                tries.push_back({fmt::format("{} in the place of {}", api.name, pool->name),
                                 with_api_in_flows(ground, api, *pool)});
        }
        return;
    }
    if (workers.empty())
        return;
    tries.push_back(
        {fmt::format("{} for all", api.name), with_only_pools(ground.root(), {standing_alone(api)})});
    for (const AdvisedPool* pool : workers) {
        const ConfigNode root = with_only_pools(ground.root(), {standing_alone(*pool), standing_alone(api)});
        for (const char* wait : kApiWaits) {
            ConfigNode route = advised_value(
                fmt::format(R"({{"name": "overflow", "when": "queue-age", "queue_age": "{}"}})", wait));
            route = with_member(
                route,
                {"pools", ConfigNode::list("advise", {advised_text(pool->name), advised_text(api.name)})});
            tries.push_back({fmt::format("{}, {} for what waited {}", pool->name, api.name, wait),
                             with_member(root, {"route", std::move(route)})});
        }
    }
}

}  // namespace

SavingProposal propose_token_api(const AdviceGround& ground) {
    SavingProposal proposal;
    bool any = false;
    for (const AdvisedPool& pool : ground.pools) {
        any = any || !pool.workers;
        if (!pool.workers)
            add_api(ground, pool, proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not =
            any ? "an API serves everything already"
                : "the scenario has no API: add a pool {\"name\": \"api\", \"kind\": \"api\", \"tags\": "
                  "[\"api\"], \"service\": {\"model\": \"token-rate\", ...}, \"price\": {\"tokens\": "
                  "{\"input\": \"$0.10/Mtok\", \"output\": \"$0.20/Mtok\"}}}, ruled out by \"requires\" if "
                  "it is "
                  "not in use";
    return proposal;
}

}  // namespace spillway
