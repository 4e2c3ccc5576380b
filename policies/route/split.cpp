#include <fmt/format.h>

#include <array>
#include <cmath>

#include "policies/entries.hpp"
#include "sim/core/error.hpp"
#include "sim/core/rng.hpp"

namespace spillway {
namespace {

constexpr std::array kSplitParams{
    required_param("shares", ParamKind::kObject,
                   "each pool's share of the requests: {\"v1\": 0.9, \"v2\": 0.1}; they add up to 1"),
    choice_param("by", "request|session", "request",
                 "what is drawn for: each request, or each session (a request without one, itself)"),
};

struct Share {
    double upto;  // of the unit interval
    PoolId pool;
};

/// The draw depends on the request's or session's own number alone, not on the seed: the same ones go the
/// same way in every replication and under every other policy, and a larger share keeps those it had.
class Split final : public PoolRoute {
public:
    Split(std::vector<Share> shares, bool by_session) : shares_(std::move(shares)), by_session_(by_session) {}

    Route route(const RequestView& request, FleetView) override {
        const bool session = by_session_ && request.session != 0;
        RandomStream luck(session ? session_key_ : request_key_, session ? request.session : request.origin);
        const double at = luck.uniform();
        Route route;
        route.pool = shares_.back().pool;
        for (const Share& share : shares_) {
            if (at >= share.upto)
                continue;
            route.pool = share.pool;
            break;
        }
        return route;
    }
    bool looks_at_request_only() const override { return true; }

private:
    std::vector<Share> shares_;
    bool by_session_;
    StreamKey request_key_{RunSeed{}, "split of requests"};
    StreamKey session_key_{RunSeed{}, "split of sessions"};
};

std::unique_ptr<PoolRoute> read_split(ParamReader& reader, const PolicyContext& context) {
    const ConfigNode& node = *reader.node("shares");
    std::vector<Share> shares;
    double sum = 0;
    for (const auto& [name, share] : node.members()) {
        const double amount = share.as_ratio();
        if (!(amount >= 0 && amount <= 1))
            throw InputError(share.where(), fmt::format("{} is not between 0 and 1", amount));
        sum += amount;
        const PoolId pool = find_pool(context, name, node.where());
        // A pool without a share is never the last one that takes the rest.
        if (amount > 0)
            shares.push_back({sum, pool});
    }
    if (shares.empty() || std::abs(sum - 1) > 1e-9)
        throw InputError(node.where(), fmt::format("the shares add up to {}", sum), "they add up to 1");
    return std::make_unique<Split>(std::move(shares), reader.choice("by") == 1);
}

}  // namespace

PoolRouteEntry split_entry() {
    return {"split", "Each pool its share of the requests: model versions side by side.", kSplitParams,
            read_split};
}

}  // namespace spillway
