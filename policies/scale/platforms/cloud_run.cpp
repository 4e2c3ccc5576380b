#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnCloudRunParams{
    default_param("concurrency_utilization", ParamKind::kRatio, "60%",
                  "of an instance's concurrency, aimed at"),
    with_default(kIdleTimeoutParam, "15m"),
    default_param("on_demand", ParamKind::kFlag, "true",
                  "a request that finds no slot starts an instance, unless one is on its way for it; false: "
                  "only the first one, without any instance, does"),
};
constexpr auto kCloudRunParams = join(kOwnCloudRunParams, window_params("5s", "60s", "1s"));

struct CloudRunSettings {
    double utilization;
    Duration idle_timeout;
    bool on_demand;
};

class CloudRun final : public ScalePolicy {
public:
    CloudRun(const CloudRunSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        if (why == Trigger::kUnserved && (view.present() == 0 || settings_.on_demand)) {
            on_demand(view, decision);
        } else if (why == Trigger::kTick) {
            follow_metric(view, decision);
        } else if (why == Trigger::kIdle) {
            shrink(view, wanted(view), decision);
        }
        return decision;
    }

private:
    int wanted(const PoolView& view) const {
        return workers_for(load(view), settings_.utilization * view.concurrency);
    }
    static double load(const PoolView& view) { return view.metrics.in_flight + view.metrics.queued; }

    /// Requests that wait, or the one that was turned away, against the slots that are coming.
    static void on_demand(const PoolView& view, ScaleDecision& decision) {
        const int coming = view.asked + view.starting;
        const int without_slot = std::max(1, view.queued_now);
        const int needed = workers_for(without_slot, view.concurrency);
        if (needed <= coming)
            return;
        decision.target = std::max(view.present() + needed - coming, decision.floor);
        decision.rule = "requests without a slot against slots that start";
        decision.observed = without_slot;
        decision.threshold = coming * view.concurrency;
    }

    void follow_metric(const PoolView& view, ScaleDecision& decision) const {
        const int present = view.present();
        const int size = wanted(view);
        if (size > present && present > 0) {  // without an instance, only a request starts one
            decision.target = std::max(size, decision.floor);
            explain_load(view, decision);
        } else {
            shrink(view, size, decision);
        }
    }

    void shrink(const PoolView& view, int size, ScaleDecision& decision) const {
        const int present = view.present();
        const int kept = std::max({size, present - view.idle_expired, decision.floor});
        if (kept >= present)
            return;
        decision.target = kept;
        explain_idle(decision, settings_.idle_timeout);
    }

    void explain_load(const PoolView& view, ScaleDecision& decision) const {
        decision.rule = "mean requests in flight against utilization x slots";
        decision.observed = load(view);
        decision.threshold = settings_.utilization * view.concurrency * view.present();
        decision.figure = LoadFigure::kOpen;
    }

    CloudRunSettings settings_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> read_cloud_run(ParamReader& reader, const PolicyContext&) {
    const CloudRunSettings settings{reader.ratio("concurrency_utilization"), reader.duration("idle_timeout"),
                                    reader.flag("on_demand")};
    if (settings.utilization == 0)
        throw InputError(reader.where("concurrency_utilization"), "it must be above 0");
    Wakes wakes = read_window_wakes(reader);
    wakes.unserved = true;
    wakes.idle_for = settings.idle_timeout;
    wakes.time_weighted = true;
    return std::make_unique<CloudRun>(settings, wakes);
}

}  // namespace

ScalePolicyEntry cloud_run_entry() {
    return {"cloud-run", "Cloud Run: instances at 60% of their concurrency over a minute.", kCloudRunParams,
            read_cloud_run};
}

}  // namespace spillway
