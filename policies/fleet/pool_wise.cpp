#include "policies/fleet/pool_wise.hpp"

#include <array>

#include "policies/entries.hpp"
#include "policies/registry.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kPoolWiseParams{
    required_param("pools", ParamKind::kObject, "a scale policy for each pool, by its name")};

class PoolWise final : public FleetPolicy {
public:
    explicit PoolWise(std::vector<std::unique_ptr<ScalePolicy>> by_pool) : by_pool_(std::move(by_pool)) {}

    Wakes wakes(PoolId pool) const override { return policy_of(pool).wakes(); }

    void decide(FleetView pools, PoolId where, Trigger why, std::span<ScaleDecision> decisions) override {
        decisions[where.value] = policy_of(where).decide(pools[where.value], why);
    }

private:
    ScalePolicy& policy_of(PoolId pool) const {
        SPILLWAY_CHECK(pool.value < by_pool_.size() && by_pool_[pool.value],
                       "a pool that this policy does not scale");
        return *by_pool_[pool.value];
    }

    std::vector<std::unique_ptr<ScalePolicy>> by_pool_;
};

FleetSetup read_pool_wise(ParamReader& reader, const PolicyContext& context) {
    std::vector<std::unique_ptr<ScalePolicy>> by_pool(context.pools.size());
    std::vector<std::string> names(context.pools.size());
    const ConfigNode& pools = *reader.node("pools");
    for (const auto& [name, node] : pools.members()) {
        const PoolId pool = find_pool(context, name, pools.where());
        by_pool[pool.value] = make_scale_policy(node, context.for_pool(pool));
        names[pool.value] = policy_name(node);
    }
    if (pools.members().empty())
        throw InputError(pools.where(), "no pool is named");
    FleetSetup setup = make_pool_wise(std::move(by_pool));
    setup.own_policies = std::move(names);
    return setup;
}

}  // namespace

FleetSetup make_pool_wise(std::vector<std::unique_ptr<ScalePolicy>> by_pool) {
    FleetSetup setup;
    for (std::uint32_t pool = 0; pool < by_pool.size(); ++pool) {
        if (by_pool[pool])
            setup.scales.push_back({pool});
    }
    setup.policy = std::make_unique<PoolWise>(std::move(by_pool));
    return setup;
}

FleetPolicyEntry pool_wise_entry() {
    return {"pool-wise", "Each pool by a policy of its own.", kPoolWiseParams, read_pool_wise};
}

}  // namespace spillway
