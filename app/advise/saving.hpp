#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/advise/advice_ground.hpp"

namespace spillway {

/// One setting of a saving: a whole file in the place of the scenario's.
struct SavingTry {
    std::string label;
    ConfigNode root;
};

/// What a saving makes of a scenario: settings to try, or one sentence why there are none and what the
/// scenario would need.
struct SavingProposal {
    std::vector<SavingTry> tries;
    std::string why_not;
};

/// A known way to spend less. Adding one: a function that proposes it, in a file of its own under savings/,
/// and a line in the table of saving.cpp.
struct Saving {
    std::string_view name;     ///< as --only and --skip have it
    std::string_view title;    ///< as a row begins
    std::string_view assumes;  ///< what no run of it can tell
    SavingProposal (*propose)(const AdviceGround& ground);
};

/// All of them, in the order in which rows that tie are printed.
std::span<const Saving> savings();

// One a file under savings/.
SavingProposal propose_scale_to_zero(const AdviceGround& ground);
SavingProposal propose_idle_timeout(const AdviceGround& ground);
SavingProposal propose_keep_warm(const AdviceGround& ground);
SavingProposal propose_spike_buffer(const AdviceGround& ground);
SavingProposal propose_micro_batching(const AdviceGround& ground);
SavingProposal propose_concurrency(const AdviceGround& ground);
SavingProposal propose_smaller_model(const AdviceGround& ground);
SavingProposal propose_quantised_model(const AdviceGround& ground);
SavingProposal propose_token_cap(const AdviceGround& ground);
SavingProposal propose_summarised_history(const AdviceGround& ground);
SavingProposal propose_light_to_heavy(const AdviceGround& ground);
SavingProposal propose_token_api(const AdviceGround& ground);
SavingProposal propose_other_gpu(const AdviceGround& ground);
SavingProposal propose_snapshot(const AdviceGround& ground);
SavingProposal propose_weight_cache(const AdviceGround& ground);
SavingProposal propose_spot(const AdviceGround& ground);

}  // namespace spillway
