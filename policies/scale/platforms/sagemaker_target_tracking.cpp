#include <algorithm>
#include <array>
#include <utility>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kSagemakerTargetTrackingParams{
    choice_param("metric", "backlog-per-instance|concurrent-requests-per-copy", "backlog-per-instance",
                 "requests waiting and running: the backlog of an asynchronous endpoint, or of each copy"),
    optional_param("target", ParamKind::kNumber,
                   "of the metric; default: 5 for the backlog, else the pool's concurrency"),
    default_param("cooldown_out", ParamKind::kDuration, "300s",
                  "within this after growth, the pool grows only beyond the size that was wanted then"),
    default_param("cooldown_in", ParamKind::kDuration, "300s", "no decrease within this after one"),
    default_param("datapoints_out", ParamKind::kCount, "3", "datapoints in a row above the target to grow"),
    default_param("datapoints_in", ParamKind::kCount, "15",
                  "datapoints of 60s in a row below scale_in_below x target to shrink"),
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
    double target;
    Duration cooldown_out;
    Duration cooldown_in;
    int datapoints_out;
    int datapoints_in;
    double scale_in_below;
    bool backlog_without_capacity;
    std::optional<Duration> drain_limit;
};

constexpr Duration kScaleInPeriod = std::chrono::seconds{60};

/// Sums of the datapoints of a minute that has not ended.
struct Minute {
    double total = 0;
    double metric = 0;
    int datapoints = 0;
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
        const double total = view.metrics.queued + view.metrics.in_flight;
        // Without an instance the backlog is compared as if there were one.
        const int in_service = std::max(1, view.ready());
        const double metric = total / in_service;
        above_ = metric > settings_.target ? above_ + 1 : 0;
        const std::optional<double> minute_total = end_of_minute(total, metric);
        decision.rule = "metric against target, of each instance in service";
        decision.observed = metric;
        decision.threshold = settings_.target;
        const int wanted = wanted_for(total, view);
        if (above_ >= settings_.datapoints_out && wanted > view.present()) {
            grow(wanted, view, decision);
        } else if (view.present() == 0 && settings_.backlog_without_capacity && view.metrics.queued > 0) {
            grow(1, view, decision);
            decision.rule = "backlog without capacity, in requests";
            decision.observed = view.metrics.queued;
            decision.threshold = 0;
        } else if (minute_total && below_ >= settings_.datapoints_in) {
            shrink(wanted_for(*minute_total, view), view, decision);
        }
        return decision;
    }

private:
    int wanted_for(double total, const PoolView& view) const {
        return std::max(workers_for(total, settings_.target), view.min_workers);
    }

    /// Growth counts each datapoint, a decrease means of 60 s: it is no faster with a metric of 10 s. At the
    /// end of one counts it, and returns its mean total.
    std::optional<double> end_of_minute(double total, double metric) {
        minute_.total += total;
        minute_.metric += metric;
        ++minute_.datapoints;
        if (minute_.datapoints * *wakes_.tick < kScaleInPeriod)
            return std::nullopt;
        const Minute ended = std::exchange(minute_, {});
        const double mean = ended.metric / ended.datapoints;
        below_ = mean < settings_.scale_in_below * settings_.target ? below_ + 1 : 0;
        return ended.total / ended.datapoints;
    }

    void grow(int wanted, const PoolView& view, ScaleDecision& decision) {
        const bool cooling = last_out_ && view.now < *last_out_ + settings_.cooldown_out;
        if (cooling && wanted <= wanted_then_)
            return;
        decision.target = wanted;
        wanted_then_ = wanted;
        last_out_ = view.now;
    }

    void shrink(int wanted, const PoolView& view, ScaleDecision& decision) {
        const bool cooling = last_in_ && view.now < *last_in_ + settings_.cooldown_in;
        if (cooling || wanted >= view.present())
            return;
        decision.target = wanted;
        last_in_ = view.now;
    }

    SagemakerTargetTrackingSettings settings_;
    Wakes wakes_;
    int above_ = 0;  // datapoints in a row
    int below_ = 0;  // minutes in a row
    Minute minute_;
    int wanted_then_ = 0;  // at the last growth
    std::optional<SimTime> last_out_;
    std::optional<SimTime> last_in_;
};

std::unique_ptr<ScalePolicy> read_sagemaker(ParamReader& reader, const PolicyContext& context) {
    constexpr double kExampleBacklog = 5;
    SagemakerTargetTrackingSettings settings{};
    const bool backlog = reader.choice("metric") == 0;
    settings.target = read_optional_positive(reader, "target")
                          .value_or(backlog ? kExampleBacklog : context.own_pool().concurrency);
    settings.cooldown_out = reader.duration("cooldown_out");
    settings.cooldown_in = reader.duration("cooldown_in");
    settings.datapoints_out = read_positive_count(reader, "datapoints_out");
    settings.datapoints_in = read_positive_count(reader, "datapoints_in");
    settings.scale_in_below = reader.ratio("scale_in_below");
    settings.backlog_without_capacity = reader.flag("backlog_without_capacity");
    settings.drain_limit = reader.optional_duration("drain_limit");
    const Duration period = std::chrono::seconds{backlog ? 60 : 10};
    return std::make_unique<SagemakerTargetTracking>(settings, read_window_wakes(reader, period, {}));
}

}  // namespace

ScalePolicyEntry sagemaker_target_tracking_entry() {
    return {"sagemaker-target-tracking", "SageMaker: instances in proportion to backlog or concurrency.",
            kSagemakerTargetTrackingParams, read_sagemaker};
}

}  // namespace spillway
