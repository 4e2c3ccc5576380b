#include <array>

#include <fmt/format.h>

#include "app/advise/saving.hpp"
#include "app/advise/scenario_edit.hpp"
#include "app/scenario/overlay_node.hpp"

namespace spillway {
namespace {

constexpr std::array kZeroTimeouts{"15s", "60s", "5m"};
constexpr std::array<std::string_view, 2> kZeroFloors{"min", "min_containers"};

std::int64_t least_workers(const AdvisedPool& pool) {
    const ConfigNode* least = find_below(pool.whole, "workers", "min");
    return least != nullptr ? least->as_integer() : 0;
}

/// Whether nothing keeps a worker when nobody asks.
bool reaches_zero(const AdvisedPool& pool) {
    const std::string word = pool.policy_word();
    if (word == "fixed" || word == "schedule" || word.empty() || least_workers(pool) > 0)
        return false;
    const ParamSpec* floor = policy_knob(pool, kZeroFloors);
    return floor == nullptr || count_at(*pool.policy, floor->name, 0) == 0;
}

ConfigNode without_floor(const ConfigNode& root, const AdvisedPool& pool) {
    if (least_workers(pool) == 0)
        return root;
    const ConfigNode& own = root.find("pools")->items()[pool.number];
    return with_pool(root, pool.number, with_below(own, "workers", "min", advised_count(0)));
}

ConfigNode zero_policy(const char* idle) {
    return advised_value(fmt::format(R"({{"name": "scale-to-zero", "idle_timeout": "{}"}})", idle));
}

void add_active(const AdviceGround& ground, const AdvisedPool& pool, std::vector<SavingTry>& tries) {
    const ConfigNode root = without_floor(ground.root(), pool);
    if (pool.own.find("platform") != nullptr && pool.seat == PolicySeat::kOwn) {
        const ParamSpec* floor = policy_knob(pool, kZeroFloors);
        tries.push_back(
            {ground.prefix(pool) + "no floor",
             floor == nullptr
                 ? root
                 : with_scale_policy(
                       root, pool, with_member(*pool.policy, {std::string(floor->name), advised_count(0)}))});
        return;
    }
    for (const char* idle : kZeroTimeouts)
        tries.push_back({fmt::format("{}stop after {}", ground.prefix(pool), idle),
                         with_scale_policy(root, pool, zero_policy(idle))});
}

}  // namespace

SavingProposal propose_scale_to_zero(const AdviceGround& ground) {
    SavingProposal proposal;
    for (const AdvisedPool* pool : ground.workers()) {
        if (pool->seat != PolicySeat::kShared && pool->seat != PolicySeat::kElastic && !reaches_zero(*pool))
            add_active(ground, *pool, proposal.tries);
    }
    const bool all_reach = proposal.tries.empty();
    for (const AdvisedPool* pool : ground.spare_workers()) {
        if (ground.has_flows() || all_reach || pool->own.find("platform") != nullptr)
            continue;
        const ConfigNode bare = without_member(without_member(pool->own, "tags"), "policy");
        for (const char* idle : kZeroTimeouts)
            proposal.tries.push_back(
                {fmt::format("{}stop after {}", ground.prefix(*pool), idle),
                 with_only_pools(ground.root(), {with_member(bare, {"policy", zero_policy(idle)})})});
    }
    if (proposal.tries.empty())
        proposal.why_not = ground.workers().empty() ? "there is no pool of workers"
                                                    : "every pool of workers scales to zero already";
    return proposal;
}

}  // namespace spillway
