#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/platforms/old_waits.hpp"
#include "policies/scale/reasons.hpp"

namespace spillway {
namespace {

constexpr std::array kRunpodQueueDelayParams{
    default_param("queue_delay", ParamKind::kDuration, "4s",
                  "a request that has waited this long asks for a worker"),
    with_default(kIdleTimeoutParam, "5s"),
    optional_param("workers_per_check", ParamKind::kCount,
                   "workers that one check adds, at most; default: one for each request that asks"),
    kCheckPeriodParam,
    kCountLagParam,
    with_default(kFromZeroParam, "tick"),
};

struct RunpodQueueDelaySettings {
    Duration queue_delay;
    Duration idle_timeout;
    std::optional<int> workers_per_check;
};

class RunpodQueueDelay final : public ScalePolicy {
public:
    RunpodQueueDelay(const RunpodQueueDelaySettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes), old_waits_(settings.queue_delay) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        if (why == Trigger::kQueueAge)
            old_waits_.note(view.now);
        ScaleDecision decision = keep_size(view);
        if (why == Trigger::kTick) {
            check(view, decision);
        } else if (why == Trigger::kUnserved && view.present() == 0) {
            start_from_zero(decision);
        } else if (why == Trigger::kIdle) {
            stop_expired(decision, view, settings_.idle_timeout);
        }
        return decision;
    }

private:
    void check(const PoolView& view, ScaleDecision& decision) {
        const int old = old_waits_.count(view, wakes_.lag);
        if (view.present() == 0) {
            if (view.queued > 0)
                start_from_zero(decision);
            return;
        }
        // Each worker on its way answers for as many requests as it will take.
        const int charged = std::min((view.asked + view.starting) * view.concurrency, old);
        int added = workers_for(old - charged, view.concurrency);
        if (settings_.workers_per_check)
            added = std::min(added, *settings_.workers_per_check);
        if (added == 0)
            return;
        decision.target = std::max(view.present() + added, decision.floor);
        decision.rule = "requests that waited for the queue delay, against starts for them";
        decision.observed = old;
        decision.threshold = charged;
    }

    RunpodQueueDelaySettings settings_;
    Wakes wakes_;
    OldWaits old_waits_;
};

std::unique_ptr<ScalePolicy> read_runpod_queue_delay(ParamReader& reader, const PolicyContext&) {
    RunpodQueueDelaySettings settings{reader.duration("queue_delay"), reader.duration("idle_timeout"), {}};
    if (reader.has("workers_per_check"))
        settings.workers_per_check = read_positive_count(reader, "workers_per_check");
    Wakes wakes = read_check_wakes(reader);
    wakes.queue_age = settings.queue_delay;
    wakes.idle_for = settings.idle_timeout;
    wakes.unserved = reader.choice("from_zero") == 0;
    return std::make_unique<RunpodQueueDelay>(settings, wakes);
}

}  // namespace

ScalePolicyEntry runpod_queue_delay_entry() {
    return {"runpod-queue-delay", "RunPod QUEUE_DELAY: a worker for each request that has waited too long.",
            kRunpodQueueDelayParams, read_runpod_queue_delay};
}

}  // namespace spillway
