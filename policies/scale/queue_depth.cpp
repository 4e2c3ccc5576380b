#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kQueueDepthParams{
    default_param("target", ParamKind::kNumber, "5", "requests waiting for each worker, at most"),
    choice_param("counts", "queued|queued-and-running", "queued", "which requests are counted"),
    default_param("min_step", ParamKind::kCount, "1", "workers added at once, at least"),
    default_param("cooldown_up", ParamKind::kDuration, "0s", "no second increase within this"),
    default_param("cooldown_down", ParamKind::kDuration, "300s", "no decrease within this after any change"),
    kPeriodParam,
    kWindowParam,
    kLagParam,
    kSamplePeriodParam,
    kFromZeroParam,
};

struct QueueDepthSettings {
    double target;
    bool counts_running;
    int min_step;
    Duration cooldown_up;
    Duration cooldown_down;
};

class QueueDepth final : public ScalePolicy {
public:
    QueueDepth(const QueueDepthSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        ScaleDecision decision;
        decision.floor = view.min_workers;
        decision.target = std::max(present, view.min_workers);
        decision.rule = "minimum of workers";
        decision.threshold = view.min_workers;
        decision.observed = present;
        if (why == Trigger::kUnserved && present == 0) {
            decision.target = std::max(1, view.min_workers);
            decision.rule = "requests against slots, without a worker";
            decision.observed = 1;
            decision.threshold = 0;
        } else if (why == Trigger::kTick) {
            follow_metric(view, decision);
        }
        if (decision.target > present)
            last_up_ = last_change_ = view.now;
        if (decision.target < present)
            last_change_ = view.now;
        return decision;
    }

private:
    void follow_metric(const PoolView& view, ScaleDecision& decision) const {
        const int present = view.present();
        const double waiting = view.metrics.queued + (settings_.counts_running ? view.metrics.in_flight : 0);
        const int wanted = std::max(workers_for(waiting, settings_.target), view.min_workers);
        decision.observed = waiting;
        decision.threshold = settings_.target * present;
        decision.figure = settings_.counts_running ? LoadFigure::kOpen : LoadFigure::kQueued;
        decision.rule = "requests waiting against target x workers";
        if (wanted > present) {
            if (within(last_up_, settings_.cooldown_up, view.now)) {
                explain_cooldown(decision, view.now - *last_up_, settings_.cooldown_up);
                return;
            }
            // The step is ours, the wish beyond the limit is the traffic's: only the latter may be clamped.
            const int stepped = std::min(present + settings_.min_step, view.max_workers);
            decision.target = std::max(wanted, stepped);
        } else if (wanted < present) {
            if (within(last_change_, settings_.cooldown_down, view.now)) {
                explain_cooldown(decision, view.now - *last_change_, settings_.cooldown_down);
                return;
            }
            // Only idle workers stop, so no more than these can be asked for.
            decision.target = std::max({wanted, present - view.idle, view.min_workers});
        }
    }

    static void explain_cooldown(ScaleDecision& decision, Duration since, Duration cooldown) {
        decision.rule = "since the last change against the cool-down, in s";
        decision.observed = to_seconds(since);
        decision.threshold = to_seconds(cooldown);
    }

    static bool within(const std::optional<SimTime>& since, Duration cooldown, SimTime now) {
        return since && now < *since + cooldown;
    }

    QueueDepthSettings settings_;
    Wakes wakes_;
    std::optional<SimTime> last_up_;
    std::optional<SimTime> last_change_;
};

std::unique_ptr<ScalePolicy> read_queue_depth(ParamReader& reader, const PolicyContext&) {
    QueueDepthSettings settings{};
    settings.target = reader.number("target");
    if (!(settings.target > 0))
        throw InputError(reader.where("target"), "it must be above 0");
    settings.counts_running = reader.choice("counts") == 1;
    settings.min_step = read_positive_count(reader, "min_step");
    settings.cooldown_up = reader.duration("cooldown_up");
    settings.cooldown_down = reader.duration("cooldown_down");
    return std::make_unique<QueueDepth>(settings, read_metric_wakes(reader));
}

}  // namespace

ScalePolicyEntry queue_depth_entry() {
    return {"queue-depth", "As many workers as keep the requests waiting for each at a target.",
            kQueueDepthParams, read_queue_depth};
}

}  // namespace spillway
