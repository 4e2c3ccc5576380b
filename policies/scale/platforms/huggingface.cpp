#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kHuggingfaceParams{
    choice_param("metric", "gpu-utilization|pending-requests", "gpu-utilization",
                 "busy replicas of the ready ones, or requests waiting and running for each replica"),
    optional_param("threshold", ParamKind::kNumber,
                   "of the metric; default: 0.8 of gpu-utilization, 1.5 pending-requests"),
    optional_param("window", ParamKind::kDuration,
                   "the metric is an average over this; default: 60s, or 20s of pending-requests"),
    default_param("down_period", ParamKind::kDuration, "2m", "time between two looks whether to shrink"),
    default_param("down_stabilization", ParamKind::kDuration, "300s",
                  "no second decrease within this after one"),
    default_param("scale_to_zero_after", ParamKind::kDuration, "1h",
                  "without a request for this long, all replicas stop"),
    with_default(kPeriodParam, "60s"),
    kLagParam,
    kSamplePeriodParam,
    kFromZeroParam,
};

struct HuggingfaceSettings {
    bool pending;
    double threshold;
    Duration down_period;
    Duration down_stabilization;
    Duration scale_to_zero_after;
};

class HuggingFace final : public ScalePolicy {
public:
    HuggingFace(const HuggingfaceSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kIdleThenBusy;
        const bool asked_for =
            why == Trigger::kUnserved || (why == Trigger::kTick && view.metrics.queued > 0);
        if (asked_for && view.present() == 0) {
            start_from_zero(decision);
            up_at_ = view.now;
        } else if (why == Trigger::kTick && view.present() > 0) {
            look(view, decision);
        }
        return decision;
    }

private:
    /// A replica that starts has no GPU to be busy, but the requests that wait are for it too.
    int compared_with(const PoolView& view) const {
        return settings_.pending ? view.present() : view.ready();
    }

    void look(const PoolView& view, ScaleDecision& decision) {
        const double load = settings_.pending ? view.metrics.queued + view.metrics.in_flight
                                              : view.metrics.busy_share * view.ready();
        decision.rule = settings_.pending ? "mean pending requests against threshold x replicas"
                                          : "busy replicas against threshold x ready replicas";
        decision.observed = load;
        decision.threshold = settings_.threshold * compared_with(view);
        if (settings_.pending)
            decision.figure = LoadFigure::kOpen;
        const bool down_due = !down_look_ || view.now >= *down_look_ + settings_.down_period;
        if (down_due)
            down_look_ = view.now;
        if (load > decision.threshold) {
            decision.target = view.present() + 1;
        } else if (idle_for(view) >= settings_.scale_to_zero_after && view.min_workers == 0) {
            decision.target = 0;
            decision.rule = "without a request, in s";
            decision.observed = to_seconds(idle_for(view));
            decision.threshold = to_seconds(settings_.scale_to_zero_after);
        } else if (down_due && view.present() > std::max(1, view.min_workers)) {
            shrink(view, load, decision);
        }
    }

    /// One replica fewer must still stay below the threshold.
    void shrink(const PoolView& view, double load, ScaleDecision& decision) {
        const bool stabilising = shrunk_at_ && view.now < *shrunk_at_ + settings_.down_stabilization;
        if (stabilising || load > settings_.threshold * (compared_with(view) - 1))
            return;
        decision.target = view.present() - 1;
        decision.threshold = settings_.threshold * (compared_with(view) - 1);
        shrunk_at_ = view.now;
    }

    Duration idle_for(const PoolView& view) const {
        const std::optional<SimTime> since = view.last_active ? view.last_active : up_at_;
        return since ? view.now - *since : Duration::zero();
    }

    HuggingfaceSettings settings_;
    Wakes wakes_;
    std::optional<SimTime> down_look_;
    std::optional<SimTime> shrunk_at_;
    std::optional<SimTime> up_at_;
};

std::unique_ptr<ScalePolicy> read_huggingface(ParamReader& reader, const PolicyContext&) {
    using std::chrono::seconds;
    HuggingfaceSettings settings{};
    settings.pending = reader.choice("metric") == 1;
    settings.threshold = read_optional_positive(reader, "threshold").value_or(settings.pending ? 1.5 : 0.8);
    settings.down_period = read_positive_duration(reader, "down_period");
    settings.down_stabilization = reader.duration("down_stabilization");
    settings.scale_to_zero_after = read_positive_duration(reader, "scale_to_zero_after");
    Wakes wakes = read_window_wakes(reader, {}, seconds{settings.pending ? 20 : 60});
    wakes.unserved = reader.choice("from_zero") == 0;
    return std::make_unique<HuggingFace>(settings, wakes);
}

}  // namespace

ScalePolicyEntry huggingface_entry() {
    return {"huggingface", "Hugging Face Endpoints: one replica more or fewer by a threshold.",
            kHuggingfaceParams, read_huggingface};
}

}  // namespace spillway
