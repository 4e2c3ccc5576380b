#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kKeepWarmParams{
    optional_param("min", ParamKind::kCount,
                   "workers kept whatever happens; default: the pool's min_workers"),
    default_param("buffer", ParamKind::kCount, "0",
                  "spare workers on top of the demand while the pool is active"),
    kIdleTimeoutParam,
    optional_param("active_window", ParamKind::kDuration,
                   "active: a request ran or waited within this; default: idle_timeout"),
    kRequestsPerWorkerParam,
    default_param("check_period", ParamKind::kDuration, "1s",
                  "with a buffer: time between two looks at the spare"),
};

struct KeepWarmSettings {
    int min;
    int buffer;
    Duration idle_timeout;
    Duration active_window;
    int requests_per_worker;
    Duration check_period;
};

class KeepWarm final : public ScalePolicy {
public:
    explicit KeepWarm(const KeepWarmSettings& settings) : settings_(settings) {}

    Wakes wakes() const override {
        Wakes wakes;
        wakes.live = true;
        wakes.unserved = true;
        wakes.idle_for = settings_.idle_timeout;
        // A request that takes a spare worker finds a slot and wakes nobody: only a look finds the gap.
        if (settings_.buffer > 0)
            wakes.tick = settings_.check_period;
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger) override {
        const int present = view.present();
        const int requests = view.queued + view.in_flight;
        const int needed = workers_for(requests, settings_.requests_per_worker);
        const std::optional<SimTime> quiet_at = end_of_activity(view, requests);
        const int spare = quiet_at ? std::clamp(view.max_workers - needed, 0, settings_.buffer) : 0;

        ScaleDecision decision;
        decision.floor = std::max(settings_.min, view.min_workers);
        decision.buffer = spare;
        const int wanted = std::max(decision.floor, needed + spare);
        decision.target = std::max(wanted, present - view.idle_expired);
        if (spare > 0 && requests == 0)
            decision.wake_at = quiet_at;
        explain(decision, view, needed);
        return decision;
    }

private:
    /// When the pool turns quiet if nothing more happens; empty when it is quiet.
    std::optional<SimTime> end_of_activity(const PoolView& view, int requests) const {
        if (requests > 0)
            return view.now + settings_.active_window;
        if (!view.last_active)
            return std::nullopt;
        const SimTime end = *view.last_active + settings_.active_window;
        return view.now < end ? std::optional(end) : std::nullopt;
    }

    void explain(ScaleDecision& decision, const PoolView& view, int needed) const {
        const int present = view.present();
        if (decision.target <= present) {
            explain_idle(decision, settings_.idle_timeout);
        } else if (needed > present) {
            explain_demand(decision, view.queued + view.in_flight, present * settings_.requests_per_worker);
        } else {
            const bool spare = decision.target > decision.floor;
            decision.rule = spare ? "workers needed and spare while active" : "minimum of workers kept warm";
            decision.observed = present;
            decision.threshold = decision.target;
        }
    }

    KeepWarmSettings settings_;
};

std::unique_ptr<ScalePolicy> read_keep_warm(ParamReader& reader, const PolicyContext& context) {
    const PoolFacts& pool = context.own_pool();
    KeepWarmSettings settings{};
    settings.min = reader.has("min") ? read_workers(reader, "min", pool) : pool.min_workers;
    settings.buffer = read_count(reader, "buffer");
    settings.idle_timeout = reader.duration("idle_timeout");
    settings.active_window = reader.optional_duration("active_window").value_or(settings.idle_timeout);
    settings.requests_per_worker = read_requests_per_worker(reader, pool);
    settings.check_period = read_positive_duration(reader, "check_period");
    if (settings.buffer > pool.max_workers) {
        throw InputError(reader.where("buffer"),
                         fmt::format("{} spare workers are more than \"workers.max\" of pool \"{}\", {}",
                                     settings.buffer, pool.name, pool.max_workers));
    }
    return std::make_unique<KeepWarm>(settings);
}

}  // namespace

ScalePolicyEntry keep_warm_entry() {
    return {"keep-warm", "A minimum kept warm, and spare workers while requests come.", kKeepWarmParams,
            read_keep_warm};
}

}  // namespace spillway
