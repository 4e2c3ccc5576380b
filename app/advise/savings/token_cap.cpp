#include <algorithm>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/source_limits.hpp"
#include "app/report/format.hpp"

namespace spillway {

SavingProposal propose_token_cap(const AdviceGround& ground) {
    constexpr double kUncut = 0.95;
    SavingProposal proposal;
    const bool counted = std::any_of(ground.pools.begin(), ground.pools.end(), [](const AdvisedPool& pool) {
        return !pool.ruled_out && (pool.counts_tokens() || !pool.workers);
    });
    const std::uint32_t longest = ground.answers.quantile(1);
    if (!counted || longest == 0) {
        proposal.why_not = counted
                               ? "the traffic has no answers in tokens"
                               : "no service takes longer for longer answers: token-rate, llm and learned do";
        return proposal;
    }
    const std::uint32_t cap = ground.settings.answer_cap.value_or(ground.answers.quantile(kUncut));
    if (cap >= longest) {
        proposal.why_not = fmt::format("no answer has more than {} tokens", show_count(longest));
        return proposal;
    }
    proposal.tries.push_back({fmt::format("{} tokens", show_count(cap)),
                              with_source_limit(ground.root(), "max_output_tokens", cap)});
    return proposal;
}

}  // namespace spillway
