#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnCerebriumParams{
    default_param("concurrency_utilization", ParamKind::kRatio, "100%",
                  "of a replica's concurrency, aimed at"),
    default_param("scaling_buffer", ParamKind::kCount, "0", "replicas beyond those for the requests"),
    default_param("cooldown", ParamKind::kDuration, "60s", "a replica idle for this long may stop"),
};
constexpr auto kCerebriumParams = join(kOwnCerebriumParams, metric_params("30s", "30s", "1s"));

struct CerebriumSettings {
    double utilization;
    int buffer;
    Duration cooldown;
};

class Cerebrium final : public ScalePolicy {
public:
    Cerebrium(const CerebriumSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        ScaleDecision decision = keep_size(view);
        if (why == Trigger::kUnserved && present == 0) {
            start_from_zero(decision);
        } else if (why == Trigger::kTick) {
            const double load = view.metrics.in_flight + view.metrics.queued;
            const int needed = workers_for(load, settings_.utilization * view.concurrency);
            // A deployment without a request keeps no spare one.
            decision.buffer = needed == 0 ? 0 : std::clamp(view.max_workers - needed, 0, settings_.buffer);
            decision.target =
                std::max({needed + decision.buffer, present - view.idle_expired, decision.floor});
            decision.rule = "mean requests in flight against utilization x slots";
            decision.observed = load;
            decision.threshold = settings_.utilization * view.concurrency * present;
            decision.figure = LoadFigure::kOpen;
            if (decision.target < present)
                explain_idle(decision, settings_.cooldown);
        }
        return decision;
    }

private:
    CerebriumSettings settings_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> read_cerebrium(ParamReader& reader, const PolicyContext&) {
    const CerebriumSettings settings{reader.ratio("concurrency_utilization"),
                                     read_count(reader, "scaling_buffer"), reader.duration("cooldown")};
    if (settings.utilization == 0)
        throw InputError(reader.where("concurrency_utilization"), "it must be above 0");
    Wakes wakes = read_metric_wakes(reader);
    wakes.idle_for = settings.cooldown;
    wakes.time_weighted = true;
    return std::make_unique<Cerebrium>(settings, wakes);
}

}  // namespace

ScalePolicyEntry cerebrium_entry() {
    return {"cerebrium", "Cerebrium: replicas for the requests in flight, with a buffer and a cool-down.",
            kCerebriumParams, read_cerebrium};
}

}  // namespace spillway
