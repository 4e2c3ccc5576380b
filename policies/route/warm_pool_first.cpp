#include <algorithm>
#include <array>
#include <vector>

#include "policies/entries.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kWarmPoolFirstParams{
    optional_param("pools", ParamKind::kList,
                   "names of pools, the preferred one first; default: all, in order"),
};

class WarmPoolFirst final : public PoolRoute {
public:
    explicit WarmPoolFirst(std::vector<PoolId> pools) : pools_(std::move(pools)) {}

    Route route(const RequestView&, FleetView views) override {
        const auto warm = std::find_if(pools_.begin(), pools_.end(), [&](PoolId id) {
            const PoolView& pool = views[id.value];
            return pool.in_flight < pool.ready() * pool.concurrency;
        });
        Route route;
        route.pool = warm == pools_.end() ? pools_.front() : *warm;
        return route;
    }
    bool looks_at_request_only() const override { return false; }

private:
    std::vector<PoolId> pools_;
};

std::unique_ptr<PoolRoute> read_warm_pool_first(ParamReader& reader, const PolicyContext& context) {
    std::vector<PoolId> pools;
    if (const ConfigNode* names = reader.node("pools")) {
        for (const ConfigNode& name : names->items()) {
            pools.push_back(find_pool(context, name.as_text(), name.where()));
        }
        if (pools.empty())
            throw InputError(names->where(), "no pool is named");
    } else {
        for (std::uint32_t pool = 0; pool < context.pools.size(); ++pool) pools.push_back({pool});
    }
    return std::make_unique<WarmPoolFirst>(std::move(pools));
}

}  // namespace

PoolRouteEntry warm_pool_first_entry() {
    return {"warm-pool-first", "The first pool that has a free slot on a ready worker, else the first.",
            kWarmPoolFirstParams, read_warm_pool_first};
}

}  // namespace spillway
