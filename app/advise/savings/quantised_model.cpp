#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/lighter_models.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "models/gpu_profile/data_sheet.hpp"

namespace spillway {

SavingProposal propose_quantised_model(const AdviceGround& ground) {
    SavingProposal proposal;
    bool any_llm = false;
    for (const AdvisedPool* pool : ground.workers()) {
        if (pool->llm().empty())
            continue;
        any_llm = true;
        const std::string present = text_at(*pool->whole.find("service"), "precision", "bf16");
        const auto now = parse_precision(present);
        for (const std::string_view word : precision_names()) {
            const auto other = parse_precision(std::string(word));
            if (!now || !other || weight_bytes(*other) >= weight_bytes(*now))
                continue;
            for (const std::int64_t gpus : fewer_gpus(*pool)) {
                const ConfigNode& own = ground.root().find("pools")->items()[pool->number];
                const ConfigNode served =
                    with_below(own, "service", "precision", advised_text(std::string(word)));
                proposal.tries.push_back(
                    {fmt::format("{}{} -> {}{}", ground.prefix(*pool), present, word,
                                 gpus_words(*pool, gpus)),
                     with_pool(ground.root(), pool->number,
                               gpus == gpus_per_worker(*pool) ? served : with_gpus(served, gpus))});
            }
        }
    }
    if (proposal.tries.empty())
        proposal.why_not = any_llm ? "the weights have the fewest bits already"
                                   : "the service states times or rates, not a model: serve by \"llm\" with "
                                     "its \"precision\"";
    return proposal;
}

}  // namespace spillway
