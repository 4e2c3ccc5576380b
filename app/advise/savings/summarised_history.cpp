#include <algorithm>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/savings/source_limits.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/report/format.hpp"
#include "traces/combine/combine.hpp"

namespace spillway {
namespace {

/// Whether prompts of such a source may hold what was said before: conversations, and what was recorded.
bool may_hold_history(const ConfigNode& source) {
    return text_at(source, "source") == "sessions" || is_recorded(source_entry(source));
}

}  // namespace

SavingProposal propose_summarised_history(const AdviceGround& ground) {
    constexpr double kUncut = 0.75;
    SavingProposal proposal;
    const auto sources = ground.root().find("traffic")->items();
    const bool counted = std::any_of(ground.pools.begin(), ground.pools.end(), [](const AdvisedPool& pool) {
        return !pool.ruled_out && (pool.counts_tokens() || !pool.workers);
    });
    const std::uint32_t longest = ground.prompts.quantile(1);
    if (!counted || longest == 0) {
        proposal.why_not = counted
                               ? "the traffic has no prompts in tokens"
                               : "no service takes longer for longer prompts: token-rate, llm and learned do";
        return proposal;
    }
    if (!ground.settings.prompt_cap && std::none_of(sources.begin(), sources.end(), may_hold_history)) {
        proposal.why_not =
            "its generators draw each prompt apart, so that none has a history: write the traffic as a "
            "\"sessions\" source or give a trace; --prompt-cap N cuts prompts all the same";
        return proposal;
    }
    const std::uint32_t cap = ground.settings.prompt_cap.value_or(ground.prompts.quantile(kUncut));
    if (cap >= longest) {
        proposal.why_not = fmt::format("no prompt has more than {} tokens", show_count(longest));
        return proposal;
    }
    proposal.tries.push_back({fmt::format("beyond {} tokens", show_count(cap)),
                              with_source_limit(ground.root(), "max_input_tokens", cap)});
    return proposal;
}

}  // namespace spillway
