#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kGpuFallbackParams{
    ParamSpec{"pools",
              ParamKind::kList,
              Presence::kRequired,
              {},
              "names of two to four pools, one a GPU type, the preferred one first"},
    kIdleTimeoutParam,
};

/// One that waits or was refused shows that its GPUs have run out; nothing else of a supply is seen.
bool is_short(const PoolView& pool) noexcept { return pool.asked > 0 || pool.start_refused; }

int free_slots(const PoolView& pool) noexcept { return pool.ready() * pool.concurrency - pool.in_flight; }

class GpuFallback final : public FleetPolicy {
public:
    GpuFallback(std::vector<PoolId> pools, Duration idle_timeout)
        : pools_(std::move(pools)), idle_timeout_(idle_timeout) {}

    Wakes wakes(PoolId) const override {
        Wakes wakes;
        wakes.live = true;
        wakes.unserved = true;
        wakes.idle_for = idle_timeout_;
        return wakes;
    }

    void decide(FleetView views, PoolId where, Trigger why, std::span<ScaleDecision> decisions) override {
        // Most wait in the queues of all pools, and the first slot of any takes them; one that came back from
        // a lost worker, or a stage that names its pool, waits in one. Only this policy's route puts a
        // request into several queues.
        int waiting = -views[where.value].queued_again;
        for (const PoolId pool : pools_) waiting += views[pool.value].queued_now;
        int left = waiting;
        for (const PoolId pool : pools_) left -= coming_slots(views[pool.value]);
        for (const PoolId pool : pools_) {
            const PoolView& view = views[pool.value];
            ScaleDecision& decision = decisions[pool.value];
            decision.target = std::max(view.present(), view.min_workers);
            decision.floor = view.min_workers;
            if (left > 0 && !is_short(view)) {
                const int wanted = workers_for(left, view.concurrency);
                const int given = std::clamp(view.max_workers - decision.target, 0, wanted);
                decision.target += given;
                left -= given * view.concurrency;
                explain_demand(decision, waiting, coming_slots(view));
                decision.figure = LoadFigure::kNone;  // those that wait in all its pools
            } else if (why == Trigger::kIdle && pool == where) {
                decision.target = std::max(view.min_workers, view.present() - view.idle_expired);
                explain_idle(decision, idle_timeout_);
            }
        }
    }

private:
    /// Slots that those who wait now will find without another start. Workers that wait for a GPU are none:
    /// it may never come.
    static int coming_slots(const PoolView& pool) noexcept {
        return pool.starting * pool.concurrency + std::max(0, free_slots(pool));
    }

    std::vector<PoolId> pools_;
    Duration idle_timeout_;
};

/// To the first pool with a free slot; where there is none, a request waits in all of them, in that which can
/// start workers for it first.
class FallbackRoute final : public PoolRoute {
public:
    explicit FallbackRoute(std::vector<PoolId> pools) : pools_(std::move(pools)) {}

    Route route(const RequestView&, FleetView views) override {
        Route route;
        route.pool = first_with_room(views).value_or(first_usable(views));
        for (const PoolId pool : pools_) {
            if (pool != route.pool)
                route.fallbacks[route.fallback_count++] = pool;
        }
        return route;
    }
    bool looks_at_request_only() const override { return false; }

private:
    std::optional<PoolId> first_with_room(FleetView views) const {
        for (const PoolId pool : pools_) {
            if (views[pool.value].queued == 0 && free_slots(views[pool.value]) > 0)
                return pool;
        }
        return std::nullopt;
    }
    PoolId first_usable(FleetView views) const {
        const auto found = std::find_if(pools_.begin(), pools_.end(), [&](PoolId each) {
            const PoolView& pool = views[each.value];
            return !is_short(pool) && pool.present() < pool.max_workers;
        });
        return found == pools_.end() ? pools_.front() : *found;
    }

    std::vector<PoolId> pools_;
};

FleetSetup read_gpu_fallback(ParamReader& reader, const PolicyContext& context) {
    const ConfigNode& names = *reader.node("pools");
    std::vector<PoolId> pools;
    for (const ConfigNode& name : names.items()) {
        const PoolId pool = find_pool(context, name.as_text(), name.where());
        if (std::find(pools.begin(), pools.end(), pool) != pools.end())
            throw InputError(name.where(), fmt::format("pool \"{}\" is named twice", name.as_text()));
        pools.push_back(pool);
    }
    if (pools.size() < 2)
        throw InputError(names.where(), "a fallback needs two pools or more");
    if (pools.size() > kQueuePlaces)
        throw InputError(names.where(), fmt::format("a fallback has at most {} pools", kQueuePlaces));
    FleetSetup setup;
    setup.scales = pools;
    std::sort(setup.scales.begin(), setup.scales.end(), [](PoolId a, PoolId b) { return a.value < b.value; });
    setup.route = std::make_unique<FallbackRoute>(pools);
    setup.policy = std::make_unique<GpuFallback>(std::move(pools), reader.duration("idle_timeout"));
    return setup;
}

}  // namespace

FleetPolicyEntry gpu_fallback_entry() {
    return {"gpu-fallback", "GPU types in order of preference: starts go to the first that has any.",
            kGpuFallbackParams, read_gpu_fallback};
}

}  // namespace spillway
