#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

constexpr std::int64_t kMostWarm = 4;
constexpr std::array<std::string_view, 2> kWarmFloors{"min", "min_containers"};
constexpr std::array<std::string_view, 3> kSpareKnobs{"buffer", "buffer_containers", "scaling_buffer"};
constexpr std::int64_t kMostSpare = 2;
constexpr std::array kWarmIdle{"15s", "60s", "5m"};

std::int64_t largest_pool(const AdvisedPool& pool) {
    const ConfigNode* most = find_below(pool.whole, "workers", "max");
    return most != nullptr ? most->as_integer() : kMostWarm;
}

std::int64_t present_floor(const AdvisedPool& pool, const ParamSpec* knob) {
    const ConfigNode* least = find_below(pool.whole, "workers", "min");
    const std::int64_t floor = least != nullptr ? least->as_integer() : 0;
    return knob != nullptr ? std::max(floor, count_at(*pool.policy, knob->name, floor)) : floor;
}

/// A floor in the place of a constant size, or beneath a pool that scales to zero.
void add_keep_warm(const AdviceGround& ground, const AdvisedPool& pool, std::int64_t floor,
                   std::vector<SavingTry>& tries) {
    for (const char* idle : kWarmIdle)
        tries.push_back({fmt::format("{}{} kept, the rest stop after {}", ground.prefix(pool), floor, idle),
                         with_scale_policy(ground.root(), pool,
                                           advised_value(fmt::format(
                                               R"({{"name": "keep-warm", "min": {}, "idle_timeout": "{}"}})",
                                               floor, idle)))});
}

void add_floor(const AdviceGround& ground, const AdvisedPool& pool, std::int64_t floor,
               std::vector<SavingTry>& tries) {
    const std::string word = pool.policy_word();
    const bool replaceable = pool.seat == PolicySeat::kOwn || pool.seat == PolicySeat::kPoolWise;
    if (replaceable && (word == "scale-to-zero" || word == "fixed")) {
        add_keep_warm(ground, pool, floor, tries);
        return;
    }
    const std::string label = fmt::format("{}{} kept", ground.prefix(pool), floor);
    const ConfigNode& own = ground.root().find("pools")->items()[pool.number];
    const ParamSpec* knob = policy_knob(pool, kWarmFloors);
    ConfigNode root = ground.root();
    const ConfigNode* least = find_below(pool.whole, "workers", "min");
    if (knob == nullptr || (least != nullptr && least->as_integer() > floor))
        root = with_pool(root, pool.number, with_below(own, "workers", "min", advised_count(floor)));
    if (knob != nullptr && replaceable)
        root = with_scale_policy(root, pool,
                                 with_member(*pool.policy, {std::string(knob->name), advised_count(floor)}));
    tries.push_back({label, std::move(root)});
}

/// Other numbers of spare workers, where the pool's policy keeps such.
void add_spares(const AdviceGround& ground, const AdvisedPool& pool, std::vector<SavingTry>& tries) {
    const ParamSpec* knob = policy_knob(pool, kSpareKnobs);
    if (knob == nullptr)
        return;
    const std::int64_t present = count_at(*pool.policy, knob->name, 0);
    for (std::int64_t spare = 0; spare <= kMostSpare; ++spare) {
        if (spare != present)
            tries.push_back({fmt::format("{}{} -> {} spare", ground.prefix(pool), present, spare),
                             with_scale_policy(ground.root(), pool,
                                               with_member(*pool.policy, {std::string(knob->name),
                                                                          advised_count(spare)}))});
    }
}

}  // namespace

SavingProposal propose_keep_warm(const AdviceGround& ground) {
    SavingProposal proposal;
    for (const AdvisedPool* pool : ground.workers()) {
        const std::string word = pool->policy_word();
        if (pool->seat == PolicySeat::kShared || pool->seat == PolicySeat::kBase || word.empty() ||
            word == "schedule")
            continue;
        const bool fixed = word == "fixed";
        const std::int64_t present = fixed ? count_at(*pool->policy, "workers", 0)
                                           : present_floor(*pool, policy_knob(*pool, kWarmFloors));
        const std::int64_t most = std::min({kMostWarm, largest_pool(*pool), fixed ? present - 1 : kMostWarm});
        for (std::int64_t floor = 1; floor <= most; ++floor) {
            if (floor != present)
                add_floor(ground, *pool, floor, proposal.tries);
        }
        add_spares(ground, *pool, proposal.tries);
    }
    if (proposal.tries.empty())
        proposal.why_not = "no pool of workers has a policy of its own that could keep another number warm";
    return proposal;
}

}  // namespace spillway
