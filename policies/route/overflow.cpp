#include "policies/route/overflow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOverflowParams{
    ParamSpec{"pools", ParamKind::kList, Presence::kRequired, {}, "names of pools, the preferred one first"},
    kOverflowWhenParam,
    kOverflowQueueAgeParam,
    kOverflowBusyShareParam,
    kOverflowQueueLengthParam,
    kOverflowModeParam,
};

/// By the time that a request has waited in the first pool; the fleet watches the clock.
class OverflowByAge final : public PoolRoute {
public:
    explicit OverflowByAge(const Route& route) : route_(route) {}
    Route route(const RequestView&, FleetView) override { return route_; }
    bool looks_at_request_only() const override { return true; }

private:
    Route route_;
};

/// By what a request sees on arrival.
class OverflowOnArrival final : public PoolRoute {
public:
    OverflowOnArrival(std::vector<PoolId> pools, const OverflowRule& rule)
        : pools_(std::move(pools)), rule_(rule) {}

    Route route(const RequestView&, FleetView views) override {
        Route route;
        route.pool = pools_.front();
        if (!fires(views[route.pool.value]))
            return route;
        // The first pool on the list that the rule would let in, else the last.
        const auto open = std::find_if(pools_.begin() + 1, pools_.end() - 1,
                                       [&](PoolId pool) { return !fires(views[pool.value]); });
        if (passes_free_slots(views[route.pool.value])) {
            route.pool = *open;
            return route;
        }
        route.overflow = *open;
        route.early = rule_.mode == OverflowRule::Mode::kEarly;
        return route;
    }
    bool looks_at_request_only() const override { return false; }

private:
    /// A fleet offers each request to its first pool before it lets it overflow: one that is to leave slots
    /// free must not name that pool at all.
    bool passes_free_slots(const PoolView& first) const {
        return rule_.when == OverflowRule::When::kBusyShare && rule_.mode == OverflowRule::Mode::kEarly &&
               first.in_flight < first.ready() * first.concurrency;
    }

    bool fires(const PoolView& pool) const {
        if (rule_.when == OverflowRule::When::kQueueLength)
            return pool.queued >= rule_.queue_length;
        const double slots = static_cast<double>(pool.ready()) * pool.concurrency;
        return pool.in_flight >= rule_.busy_share * slots;
    }

    std::vector<PoolId> pools_;
    OverflowRule rule_;
};

/// The threshold of the rule that was not chosen would be ignored.
void refuse_other_thresholds(ParamReader& reader, OverflowRule::When when) {
    constexpr std::array<std::string_view, 3> kThresholds{"queue_age", "busy_share", "queue_length"};
    for (std::size_t i = 0; i < kThresholds.size(); ++i) {
        if (i == static_cast<std::size_t>(when) || !reader.has(kThresholds[i]))
            continue;
        throw InputError(reader.where(kThresholds[i]), "the chosen rule does not look at it",
                         fmt::format("{} goes with another \"when\"", kThresholds[i]));
    }
}

std::unique_ptr<PoolRoute> read_overflow(ParamReader& reader, const PolicyContext& context) {
    const OverflowRule rule = read_overflow_rule(reader);
    const ConfigNode& names = *reader.node("pools");
    std::vector<PoolId> pools;
    for (const ConfigNode& name : names.items()) {
        const PoolId pool = find_pool(context, name.as_text(), name.where());
        if (std::find(pools.begin(), pools.end(), pool) != pools.end()) {
            throw InputError(name.where(), fmt::format("pool \"{}\" is named twice", name.as_text()));
        }
        pools.push_back(pool);
    }
    if (pools.size() < 2)
        throw InputError(names.where(), "an overflow needs two pools or more");
    if (rule.when == OverflowRule::When::kQueueAge && pools.size() > 2) {
        throw InputError(names.where(), "queue-age takes exactly two pools",
                         "a request overflows once; the other rules choose among several pools");
    }
    return make_overflow_route(std::move(pools), rule);
}

}  // namespace

OverflowRule read_overflow_rule(ParamReader& reader) {
    OverflowRule rule;
    rule.when = static_cast<OverflowRule::When>(reader.choice("when"));
    refuse_other_thresholds(reader, rule.when);
    rule.queue_age = reader.duration("queue_age");
    rule.busy_share = reader.ratio("busy_share");
    rule.queue_length = read_count(reader, "queue_length");
    rule.mode = static_cast<OverflowRule::Mode>(reader.choice("mode"));
    if (rule.mode == OverflowRule::Mode::kLate && rule.busy_share < 1) {
        throw InputError(reader.where("busy_share"), "below 100% it needs mode \"early\"",
                         "a request that stands in both queues is taken by the base's free slot at once");
    }
    return rule;
}

std::unique_ptr<PoolRoute> make_overflow_route(std::vector<PoolId> pools, const OverflowRule& rule) {
    SPILLWAY_CHECK(pools.size() >= 2, "an overflow between fewer than two pools");
    if (rule.when != OverflowRule::When::kQueueAge) {
        return std::make_unique<OverflowOnArrival>(std::move(pools), rule);
    }
    SPILLWAY_CHECK(pools.size() == 2, "a queue age over more than two pools");
    Route route;
    route.pool = pools.front();
    route.overflow = pools.back();
    route.overflow_after = rule.queue_age;
    route.early = rule.mode == OverflowRule::Mode::kEarly;
    return std::make_unique<OverflowByAge>(route);
}

PoolRouteEntry overflow_entry() {
    return {"overflow", "The first pool, and another one once a rule fires.", kOverflowParams, read_overflow};
}

}  // namespace spillway
