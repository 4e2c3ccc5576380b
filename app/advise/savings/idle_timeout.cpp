#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"
#include "sim/core/parse_units.hpp"

namespace spillway {
namespace {

constexpr std::array kTriedTimeouts{"5s", "15s", "30s", "60s", "2m", "5m", "15m"};

/// What policies call the time for which a worker must not have been needed.
constexpr std::array<std::string_view, 13> kIdleKnobs{
    "idle_timeout",     "scaledown_window",    "cooldown",          "keep_warm",   "cooldown_period",
    "scale_down_delay", "downscale_delay",     "scale_down_window", "down_window", "scale_to_zero_after",
    "cooldown_down",    "fallback_keep_alive", "cooldown_in"};

std::string present_timeout(const AdvisedPool& pool, const ParamSpec& knob) {
    const ConfigNode* node = pool.policy->find(knob.name);
    return node != nullptr ? node->as_text() : std::string(knob.fallback);
}

ConfigNode with_timeout(const ConfigNode& root, const AdvisedPool& pool, const ParamSpec& knob,
                        const char* idle) {
    return with_scale_policy(root, pool,
                             with_member(*pool.policy, {std::string(knob.name), advised_text(idle)}));
}

}  // namespace

SavingProposal propose_idle_timeout(const AdviceGround& ground) {
    SavingProposal proposal;
    std::vector<std::pair<const AdvisedPool*, const ParamSpec*>> found;
    for (const AdvisedPool* pool : ground.workers()) {
        const ParamSpec* knob = pool->seat == PolicySeat::kShared ? nullptr : policy_knob(*pool, kIdleKnobs);
        if (knob == nullptr)
            continue;
        found.emplace_back(pool, knob);
        const std::string present = present_timeout(*pool, *knob);
        for (const char* idle : kTriedTimeouts) {
            if (parse_duration(present) == parse_duration(idle))
                continue;
            proposal.tries.push_back({fmt::format("{}{} -> {}", ground.prefix(*pool),
                                                  present.empty() ? "the platform's" : present, idle),
                                      with_timeout(ground.root(), *pool, *knob, idle)});
        }
    }
    if (found.size() > 1) {
        for (const char* idle : kTriedTimeouts) {
            ConfigNode root = ground.root();
            for (const auto& [pool, knob] : found) root = with_timeout(root, *pool, *knob, idle);
            proposal.tries.push_back({fmt::format("all pools -> {}", idle), std::move(root)});
        }
    }
    if (proposal.tries.empty())
        proposal.why_not =
            "no pool stops workers after an idle time: give one a \"policy\" such as "
            "{\"name\": \"scale-to-zero\", \"idle_timeout\": \"60s\"}";
    return proposal;
}

}  // namespace spillway
