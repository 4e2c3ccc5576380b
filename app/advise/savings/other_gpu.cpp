#include <algorithm>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/lighter_models.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/plan/other_gpus.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

void add_gpus(const AdviceGround& ground, const AdvisedPool& pool, std::vector<SavingTry>& tries) {
    const ConfigNode& own = ground.root().find("pools")->items()[pool.number];
    const std::string present = text_at(pool.whole, "gpu");
    std::vector<std::int64_t> counts = fewer_gpus(pool);
    if (find_below(pool.whole, "gpus", "per_instance") == nullptr)
        counts.push_back(2 * counts.front());
    for (const NamedPool& other : on_other_gpus(own, ground.scenario, {})) {
        for (const std::int64_t count : counts)
            tries.push_back({fmt::format("{}{} -> {}{}", ground.prefix(pool), present,
                                         text_at(other.node, "gpu"), gpus_words(pool, count)),
                             with_pool(ground.root(), pool.number,
                                       count == counts.front() ? other.node : with_gpus(other.node, count))});
    }
}

/// Pools on other GPUs that the scenario has and does not use, with the policy of the one that it uses.
void add_spare_pools(const AdviceGround& ground, std::vector<SavingTry>& tries) {
    const std::vector<const AdvisedPool*> active = ground.workers();
    if (ground.has_flows() || active.size() != 1)
        return;
    const ConfigNode own = standing_alone(*active.front());
    for (const AdvisedPool* spare : ground.spare_workers()) {
        if (text_at(spare->whole, "gpu") == text_at(active.front()->whole, "gpu") ||
            spare->whole.find("price") == nullptr)
            continue;
        ConfigNode pool = standing_alone(*spare);
        if (const ConfigNode* policy = own.find("policy"))
            pool = with_member(pool, {"policy", *policy});
        tries.push_back({fmt::format("{} on {}", spare->name, text_at(spare->whole, "gpu", "no GPU")),
                         with_only_pools(ground.root(), {std::move(pool)})});
    }
}

}  // namespace

SavingProposal propose_other_gpu(const AdviceGround& ground) {
    SavingProposal proposal;
    bool any_llm = false;
    for (const AdvisedPool* pool : ground.workers()) {
        if (pool->llm().empty() || text_at(pool->whole, "gpu").empty())
            continue;
        any_llm = true;
        add_gpus(ground, *pool, proposal.tries);
    }
    add_spare_pools(ground, proposal.tries);
    if (proposal.tries.empty())
        proposal.why_not =
            any_llm
                ? "the price is one's own, and for this GPU: write \"price\": {\"catalog\": ...}, so that "
                  "the same platform's other GPUs have one"
                : "the service's times were taken on its GPU, and nothing says what another would do: serve "
                  "by \"llm\", or add a pool with times of the other GPU (ruled out by \"requires\")";
    return proposal;
}

}  // namespace spillway
