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

constexpr std::array kSagemakerTargetTrackingParams{
    choice_param("metric", "backlog-per-instance|concurrent-requests-per-copy", "backlog-per-instance",
                 "requests in the queue of an asynchronous endpoint, or requests waiting and running"),
    optional_param("target", ParamKind::kNumber,
                   "of the metric; default: 5 for the backlog, else the pool's concurrency"),
    default_param("cooldown_out", ParamKind::kDuration, "300s",
                  "within this after growth, the pool grows only beyond the size that was wanted then"),
    default_param("cooldown_in", ParamKind::kDuration, "300s", "no decrease within this after any change"),
    default_param("datapoints_out", ParamKind::kCount, "3", "datapoints in a row above the target to grow"),
    default_param("datapoints_in", ParamKind::kCount, "15",
                  "datapoints in a row below scale_in_below x target to shrink"),
    default_param("scale_in_below", ParamKind::kRatio, "90%", "of the target"),
    default_param("backlog_without_capacity", ParamKind::kFlag, "false",
                  "a step policy on HasBacklogWithoutCapacity starts the first instance for any backlog"),
    optional_param("period", ParamKind::kDuration,
                   "time between two datapoints; default: 60s of the backlog, else 10s"),
    optional_param("window", ParamKind::kDuration, "a datapoint is an average over this; default: period"),
    kLagParam,
    kSamplePeriodParam,
    kDrainLimitParam,
};

struct SagemakerTargetTrackingSettings {
    bool backlog;
    double target;
    Duration cooldown_out;
    Duration cooldown_in;
    int datapoints_out;
    int datapoints_in;
    double scale_in_below;
    bool backlog_without_capacity;
    std::optional<Duration> drain_limit;
};

class SagemakerTargetTracking final : public ScalePolicy {
public:
    SagemakerTargetTracking(const SagemakerTargetTrackingSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.drain_limit = settings_.drain_limit;
        if (why != Trigger::kTick)
            return decision;
        const double total = view.metrics.queued + (settings_.backlog ? 0 : view.metrics.in_flight);
        // Without an instance the backlog is compared as if there were one.
        const int in_service = std::max(1, view.ready());
        const double metric = total / in_service;
        above_ = metric > settings_.target ? above_ + 1 : 0;
        below_ = metric < settings_.scale_in_below * settings_.target ? below_ + 1 : 0;
        decision.rule = "metric against target, of each instance in service";
        decision.observed = metric;
        decision.threshold = settings_.target;
        const int wanted = std::max(workers_for(total, settings_.target), view.min_workers);
        if (above_ >= settings_.datapoints_out && wanted > view.present()) {
            grow(wanted, view, decision);
        } else if (view.present() == 0 && settings_.backlog_without_capacity && view.metrics.queued > 0) {
            grow(1, view, decision);
            decision.rule = "backlog without capacity, in requests";
            decision.observed = view.metrics.queued;
            decision.threshold = 0;
        } else if (below_ >= settings_.datapoints_in && wanted < view.present()) {
            shrink(wanted, view, decision);
        }
        return decision;
    }

private:
    void grow(int wanted, const PoolView& view, ScaleDecision& decision) {
        const bool cooling = last_out_ && view.now < *last_out_ + settings_.cooldown_out;
        if (cooling && wanted <= wanted_then_)
            return;
        decision.target = wanted;
        wanted_then_ = wanted;
        last_out_ = last_change_ = view.now;
    }

    void shrink(int wanted, const PoolView& view, ScaleDecision& decision) {
        if (last_change_ && view.now < *last_change_ + settings_.cooldown_in)
            return;
        decision.target = wanted;
        last_change_ = view.now;
    }

    SagemakerTargetTrackingSettings settings_;
    Wakes wakes_;
    int above_ = 0;  // datapoints in a row
    int below_ = 0;
    int wanted_then_ = 0;  // at the last growth
    std::optional<SimTime> last_out_;
    std::optional<SimTime> last_change_;
};

std::unique_ptr<ScalePolicy> read_sagemaker(ParamReader& reader, const PolicyContext& context) {
    constexpr double kExampleBacklog = 5;
    SagemakerTargetTrackingSettings settings{};
    settings.backlog = reader.choice("metric") == 0;
    settings.target = read_optional_positive(reader, "target")
                          .value_or(settings.backlog ? kExampleBacklog : context.own_pool().concurrency);
    settings.cooldown_out = reader.duration("cooldown_out");
    settings.cooldown_in = reader.duration("cooldown_in");
    settings.datapoints_out = read_positive_count(reader, "datapoints_out");
    settings.datapoints_in = read_positive_count(reader, "datapoints_in");
    settings.scale_in_below = reader.ratio("scale_in_below");
    settings.backlog_without_capacity = reader.flag("backlog_without_capacity");
    settings.drain_limit = reader.optional_duration("drain_limit");
    const Duration period = std::chrono::seconds{settings.backlog ? 60 : 10};
    return std::make_unique<SagemakerTargetTracking>(settings, read_window_wakes(reader, period, {}));
}

}  // namespace

ScalePolicyEntry sagemaker_target_tracking_entry() {
    return {"sagemaker-target-tracking", "SageMaker: instances in proportion to backlog or concurrency.",
            kSagemakerTargetTrackingParams, read_sagemaker};
}

}  // namespace spillway
