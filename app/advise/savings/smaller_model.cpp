#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/lighter_models.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {

SavingProposal propose_smaller_model(const AdviceGround& ground) {
    constexpr std::size_t kMostSiblings = 2;
    SavingProposal proposal;
    bool any_llm = false;
    for (const AdvisedPool* pool : ground.workers()) {
        const std::string present = pool->llm();
        any_llm = any_llm || !present.empty();
        std::vector<std::string> names = smaller_siblings(present);
        names.resize(std::min(names.size(), kMostSiblings));
        for (const std::string& name : names) {
            for (const std::int64_t gpus : fewer_gpus(*pool)) {
                const ConfigNode& own = ground.root().find("pools")->items()[pool->number];
                const ConfigNode served = with_below(own, "service", "llm", advised_text(name));
                proposal.tries.push_back(
                    {fmt::format("{}{} -> {}{}", ground.prefix(*pool), present, name,
                                 gpus_words(*pool, gpus)),
                     with_pool(ground.root(), pool->number,
                               gpus == gpus_per_worker(*pool) ? served : with_gpus(served, gpus))});
            }
        }
    }
    if (proposal.tries.empty())
        proposal.why_not =
            any_llm
                ? "the catalogue has no smaller model of the same family: add a pool that serves one, and "
                  "compare"
                : "the service states times or rates, not a model: serve by \"llm\", or add a pool that "
                  "serves the smaller model, and compare";
    return proposal;
}

}  // namespace spillway
