// A scaling policy of one's own: enough workers to drain the queue within a given time.
//
// Built against the installed headers by CMakeLists.txt beside it, and used as
//     spillway run drain_time.json --plugin libdrain_time.so
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "policies/plugin.hpp"

namespace {

using namespace spillway;

// The parameters that a scenario may give: what reads, checks and documents them is made from this table.
constexpr std::array kParams{
    default_param("drain_within", ParamKind::kDuration, "30s", "what waits is to be gone after this"),
    default_param("idle_timeout", ParamKind::kDuration, "60s", "a worker idle for this long stops"),
    default_param("period", ParamKind::kDuration, "5s", "time between two looks"),
};

class DrainTime final : public ScalePolicy {
public:
    DrainTime(Duration drain_within, const Wakes& wakes)
        : drain_seconds_(to_seconds(drain_within)), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger /*why*/) override {
        // Little's law on what the platform shows: a request's mean time on a worker.
        const PoolMetrics& seen = view.metrics;
        const double service = seen.arrival_rate > 0 ? seen.in_flight / seen.arrival_rate : 0;
        // Slots that the arriving load keeps busy, and those that serve what waits within the time.
        const double slots = seen.in_flight + view.queued * service / drain_seconds_;
        const int needed = static_cast<int>(std::ceil(slots / view.concurrency - 1e-9));
        const int at_least = view.queued > 0 ? 1 : 0;

        ScaleDecision decision;
        decision.floor = view.min_workers;
        decision.target = std::max({needed, at_least, view.min_workers, view.present() - view.idle_expired});
        decision.rule = "slots for the load and to drain the queue";
        decision.observed = slots;
        decision.threshold = static_cast<double>(view.present()) * view.concurrency;
        return decision;
    }

private:
    double drain_seconds_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> make_drain_time(ParamReader& reader, const PolicyContext& /*context*/) {
    const Duration drain_within = reader.duration("drain_within");
    if (drain_within == Duration::zero())
        throw InputError(reader.where("drain_within"), "must be above 0");
    Wakes wakes;
    wakes.tick = reader.duration("period");
    wakes.idle_for = reader.duration("idle_timeout");
    if (*wakes.tick == Duration::zero())
        throw InputError(reader.where("period"), "must be above 0");
    return std::make_unique<DrainTime>(drain_within, wakes);
}

}  // namespace

extern "C" SPILLWAY_PLUGIN_EXPORT const spillway::PluginManifest* spillway_plugin() {
    static constexpr std::array kPolicies{ScalePolicyEntry{
        "drain-time", "Enough workers to drain the queue within a time.", kParams, make_drain_time}};
    static const PluginManifest kManifest{.scale_policies = kPolicies};
    return &kManifest;
}
