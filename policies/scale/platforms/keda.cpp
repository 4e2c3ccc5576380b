#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/scale/platforms/hpa_rules.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnKedaParams{
    default_param("polling_interval", ParamKind::kDuration, "30s",
                  "time between two looks at whether there is work, for the step between 0 and 1"),
    default_param("cooldown_period", ParamKind::kDuration, "300s", "from the last work to zero"),
    default_param("activation", ParamKind::kNumber, "0", "there is work when the metric is above this"),
};
constexpr auto kHpaTable = join(kHpaParams, window_params("15s", "15s", "15s"));

/// From zero, only requests in all show that there is work.
constexpr auto kKedaParams = [] {
    auto table = join(kOwnKedaParams, kHpaTable);
    for (ParamSpec& param : table) {
        if (param.name == "metric")
            param.fallback = "queued-and-running";
    }
    return table;
}();
/// The trigger on concurrent HTTP requests.
constexpr auto kAzureParams = [] {
    auto table = kKedaParams;
    for (ParamSpec& param : table) {
        if (param.name == "target") {
            param = with_default(param, "10");
            param.meaning = "of the metric, for each replica";
        }
    }
    return table;
}();

struct KedaSettings {
    Duration polling_interval;
    Duration cooldown_period;
    double activation;
    HpaSettings hpa;
};

class Keda final : public ScalePolicy {
public:
    Keda(const KedaSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes), rules_(settings.hpa) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kNewest;
        decision.drain_limit = settings_.hpa.drain_limit;
        if (why == Trigger::kStart)
            return decision;
        if (why == Trigger::kTick && view.present() > 0) {
            const int floor = std::exchange(decision.floor, std::max(decision.floor, 1));
            rules_.decide(view, decision);
            decision.floor = floor;
        }
        // The polls keep step with the first look at the metrics.
        if (!next_poll_)
            next_poll_ = view.now;
        if (view.now >= *next_poll_) {
            next_poll_ = view.now + settings_.polling_interval;
            poll(view, decision);
        }
        decision.wake_at = next_poll_;
        return decision;
    }

private:
    double work(const PoolView& view) const {
        switch (settings_.hpa.metric) {
            case HpaMetric::kInFlight:
                return view.metrics.in_flight;
            case HpaMetric::kBusyShare:
                return view.metrics.busy_share;
            case HpaMetric::kQueued:
                return view.metrics.queued;
            case HpaMetric::kQueuedAndRunning:
                break;
        }
        return view.metrics.queued + view.metrics.in_flight;
    }

    LoadFigure figure() const {
        switch (settings_.hpa.metric) {
            case HpaMetric::kInFlight:
                return LoadFigure::kInFlight;
            case HpaMetric::kQueued:
                return LoadFigure::kQueued;
            case HpaMetric::kQueuedAndRunning:
                return LoadFigure::kOpen;
            case HpaMetric::kBusyShare:
                break;
        }
        return LoadFigure::kNone;
    }

    void poll(const PoolView& view, ScaleDecision& decision) {
        const double seen = work(view);
        if (seen > settings_.activation) {
            active_at_ = view.now;
            if (view.present() > 0)
                return;
            decision.target = std::max(1, view.min_workers);
            decision.rule = "the metric against the activation threshold, without a replica";
            decision.observed = seen;
            decision.threshold = settings_.activation;
            decision.figure = figure();
        } else if (view.present() > 0 && view.min_workers == 0) {
            const Duration since = active_at_ ? view.now - *active_at_ : settings_.cooldown_period;
            if (since < settings_.cooldown_period)
                return;
            decision.target = 0;
            decision.rule = "since the last work against the cool-down, in s";
            decision.observed = to_seconds(since);
            decision.threshold = to_seconds(settings_.cooldown_period);
            rules_.forget();
        }
    }

    KedaSettings settings_;
    Wakes wakes_;
    HpaRules rules_;
    std::optional<SimTime> next_poll_;
    std::optional<SimTime> active_at_;
};

std::unique_ptr<ScalePolicy> read_keda(ParamReader& reader, const PolicyContext& context) {
    KedaSettings settings{read_positive_duration(reader, "polling_interval"),
                          reader.duration("cooldown_period"), reader.number("activation"),
                          read_hpa(reader, context.own_pool())};
    const bool of_workers =
        settings.hpa.metric == HpaMetric::kInFlight || settings.hpa.metric == HpaMetric::kBusyShare;
    if (of_workers && context.own_pool().min_workers == 0) {
        throw InputError(reader.where("metric"), "without a replica it is always 0: none would ever start",
                         "queued or queued-and-running, or raise the pool's min_workers");
    }
    if (settings.activation < 0)
        throw InputError(reader.where("activation"), "it must not be negative");
    return std::make_unique<Keda>(settings, read_window_wakes(reader));
}

}  // namespace

ScalePolicyEntry keda_entry() {
    return {"keda", "KEDA: between 0 and 1 by polling, beyond that Kubernetes' autoscaler.", kKedaParams,
            read_keda};
}

ScalePolicyEntry azure_container_apps_entry() {
    return {"azure-container-apps", "Azure Container Apps: KEDA on 10 concurrent requests a replica.",
            kAzureParams, read_keda};
}

}  // namespace spillway
