#include "policies/scale/scale_to_zero.hpp"

#include <algorithm>
#include <array>
#include <deque>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kScaleToZeroParams{
    kIdleTimeoutParam,
    kRequestsPerWorkerParam,
    optional_param("queue_delay", ParamKind::kDuration,
                   "with a worker present, start another only for a request that has waited this long"),
    optional_param("check_period", ParamKind::kDuration,
                   "compare workers with requests this often too, not only when a request finds no slot"),
};

class ScaleToZero final : public ScalePolicy {
public:
    explicit ScaleToZero(const ScaleToZeroSettings& settings) : settings_(settings) {}

    Wakes wakes() const override {
        Wakes wakes;
        wakes.live = true;
        wakes.unserved = true;
        wakes.idle_for = settings_.idle_timeout;
        wakes.queue_age = settings_.queue_delay;
        wakes.tick = settings_.check_period;
        return wakes;
    }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        const int requests = view.queued + view.in_flight;
        const int needed = workers_for(requests, settings_.requests_per_worker);
        const int grown = grown_to(view, why, needed);
        // An expired worker that the requests still need stays, or the next look would start it again.
        const int shrunk = std::max(std::min(present, needed), present - view.idle_expired);

        ScaleDecision decision;
        decision.floor = view.min_workers;
        decision.target = std::max({view.min_workers, grown, shrunk});
        explain(decision, view, requests);
        return decision;
    }

private:
    /// The size that waiting requests ask for.
    int grown_to(const PoolView& view, Trigger why, int needed) {
        if (!settings_.queue_delay)
            return needed;
        if (why == Trigger::kQueueAge)
            waiting_since_.push_back(view.now - *settings_.queue_delay);
        // First in, first out: who came before the oldest that waits now has been served or has left.
        while (!waiting_since_.empty() && waiting_since_.front() < view.now - view.oldest_wait) {
            waiting_since_.pop_front();
        }
        if (view.present() == 0)
            return std::min(needed, 1);
        const int too_old = std::min(static_cast<int>(waiting_since_.size()), view.queued);
        return std::min(needed, view.ready() + workers_for(too_old, settings_.requests_per_worker));
    }

    void explain(ScaleDecision& decision, const PoolView& view, int requests) const {
        if (decision.target <= view.present()) {
            explain_idle(decision, settings_.idle_timeout);
        } else if (settings_.queue_delay && view.present() > 0) {
            decision.rule = "longest wait, in s";
            decision.observed = to_seconds(view.oldest_wait);
            decision.threshold = to_seconds(*settings_.queue_delay);
        } else {
            explain_demand(decision, requests, view.present() * settings_.requests_per_worker);
        }
    }

    ScaleToZeroSettings settings_;
    std::deque<SimTime> waiting_since_;  // requests that have waited for the queue delay, and may wait still
};

std::unique_ptr<ScalePolicy> read_scale_to_zero(ParamReader& reader, const PolicyContext& context) {
    ScaleToZeroSettings settings{reader.duration("idle_timeout"),
                                 read_requests_per_worker(reader, context.own_pool()),
                                 reader.optional_duration("queue_delay"),
                                 {}};
    if (reader.has("check_period"))
        settings.check_period = read_positive_duration(reader, "check_period");
    if (settings.queue_delay && settings.check_period) {
        throw InputError(reader.where("check_period"), "it would start workers before queue_delay allows it",
                         "give one of the two");
    }
    return make_scale_to_zero(settings);
}

}  // namespace

std::unique_ptr<ScalePolicy> make_scale_to_zero(const ScaleToZeroSettings& settings) {
    return std::make_unique<ScaleToZero>(settings);
}

ScalePolicyEntry scale_to_zero_entry() {
    return {"scale-to-zero", "Start workers for requests without a slot, stop those that stay idle.",
            kScaleToZeroParams, read_scale_to_zero};
}

}  // namespace spillway
