#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/platforms/kpa_formula.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnKnativeKpaParams{
    optional_param("target", ParamKind::kNumber,
                   "requests in flight that one pod takes, at most the pool's concurrency; default: that"),
    default_param("target_utilization", ParamKind::kRatio, "70%", "of the target, aimed at"),
    default_param("panic_window", ParamKind::kRatio, "10%", "the panic window, of the stable one"),
    default_param("panic_threshold", ParamKind::kNumber, "2",
                  "panic when this many times the ready pods are wanted"),
    default_param("max_scale_up_rate", ParamKind::kNumber, "1000", "most pods wanted, for each ready one"),
    default_param("max_scale_down_rate", ParamKind::kNumber, "2",
                  "fewest pods wanted: the ready ones divided by this"),
    default_param("scale_down_delay", ParamKind::kDuration, "0s",
                  "a smaller size is taken when it was wanted for this long"),
    default_param(
        "scale_to_zero_grace_period", ParamKind::kDuration, "30s",
        "from inactive to zero: the time the last pod is left while requests turn to the activator"),
    default_param("scale_to_zero_pod_retention_period", ParamKind::kDuration, "0s",
                  "the last pod stays at least this long after it turned inactive"),
    default_param("initial_scale", ParamKind::kCount, "1", "pods at the start"),
    default_param("activation_scale", ParamKind::kCount, "1", "pods wanted at least when any is"),
    with_default(kDrainLimitParam, "300s"),
};
constexpr auto kKnativeKpaParams = join(kOwnKnativeKpaParams, metric_params("2s", "60s", "1s"));

struct KnativeKpaSettings {
    KpaSettings formula;
    int initial_scale;
    Duration to_zero;  ///< from inactive to no pod
    std::optional<Duration> drain_limit;
};

class KnativeKpa final : public ScalePolicy {
public:
    KnativeKpa(const KnativeKpaSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes), formula_(settings.formula) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kNewest;  // as a ReplicaSet chooses: those not ready, then the newest
        decision.drain_limit = settings_.drain_limit;
        if (why == Trigger::kStart) {
            decision.target = std::max(settings_.initial_scale, view.min_workers);
            decision.rule = "initial scale";
            decision.threshold = decision.target;
            return decision;
        }
        if (view.ready() > 0 && !active_since_ && !inactive_since_)
            active_since_ = view.now;
        reached_initial_ |= view.ready() >= settings_.initial_scale;
        if (why == Trigger::kTick) {
            if (!std::exchange(began_, true))
                formula_.begin(view.ready(), view.now);
            look({view.ready(), view.metrics.in_flight + view.metrics.queued,
                  view.short_metrics.in_flight + view.short_metrics.queued, view.now});
        } else if (why == Trigger::kUnserved && view.present() == 0) {
            look({0, 1, 1, view.now});  // the activator reports its first request at once
        } else if (why != Trigger::kWakeAt) {
            return decision;
        }
        apply(view, decision);
        return decision;
    }

private:
    void look(const KpaInput& input) {
        input_ = input;
        scale_ = formula_.scale(input);
    }

    void apply(const PoolView& view, ScaleDecision& decision) {
        const int least = std::max(view.min_workers, reached_initial_ ? 0 : settings_.initial_scale);
        const int desired = std::max(scale_.desired, least);
        if (desired == 0) {
            towards_zero(view, decision);
            return;
        }
        if (std::exchange(inactive_since_, std::nullopt) && view.ready() > 0)
            active_since_ = view.now;
        decision.target = desired;
        const double per_pod = settings_.formula.target;
        const bool panic_decides = scale_.panicking && scale_.panic_pods > scale_.stable_pods;
        decision.rule = scale_.panicking ? "panic: mean requests in flight against target x ready pods"
                                         : "mean requests in flight against target x ready pods";
        decision.observed = panic_decides ? input_.panic : input_.stable;
        decision.threshold = per_pod * std::max(1, input_.ready);
        decision.figure = LoadFigure::kOpen;
        decision.seen = panic_decides ? FigureSeen::kShortMean : FigureSeen::kMean;
    }

    /// Active for a stable window, then inactive with the last pod, then none. A start under way is not
    /// stopped.
    void towards_zero(const PoolView& view, ScaleDecision& decision) {
        decision.target = 0;
        decision.rule = "no request in flight";
        decision.observed = decision.threshold = 0;
        if (view.present() == 0) {
            active_since_.reset();
            inactive_since_.reset();
            return;
        }
        if (!active_since_ && !inactive_since_) {
            decision.target = view.present();
            return;
        }
        const Duration window = settings_.formula.stable_window;
        if (active_since_ && view.now < *active_since_ + window) {
            wait_until(*active_since_ + window, view, window, decision);
            decision.rule = "active for less than the stable window, in s";
            return;
        }
        if (std::exchange(active_since_, std::nullopt))
            inactive_since_ = view.now;
        if (view.now < *inactive_since_ + settings_.to_zero) {
            wait_until(*inactive_since_ + settings_.to_zero, view, settings_.to_zero, decision);
            decision.rule = "inactive, within the grace period, in s";
            return;
        }
        inactive_since_.reset();
    }

    static void wait_until(SimTime end, const PoolView& view, Duration length, ScaleDecision& decision) {
        decision.target = 1;
        decision.wake_at = end;
        decision.observed = to_seconds(view.now - (end - length));
        decision.threshold = to_seconds(length);
    }

    KnativeKpaSettings settings_;
    Wakes wakes_;
    KpaFormula formula_;
    KpaInput input_{};
    KpaScale scale_{};
    bool began_ = false;
    bool reached_initial_ = false;
    // Neither: no pod, or none that was ready yet.
    std::optional<SimTime> active_since_;
    std::optional<SimTime> inactive_since_;
};

std::unique_ptr<ScalePolicy> read_knative_kpa(ParamReader& reader, const PolicyContext& context) {
    constexpr double kLeastTarget = 0.01;
    Wakes wakes = read_metric_wakes(reader);
    KnativeKpaSettings settings{};
    // The annotation can lower what the container takes at once, not raise it.
    const double most = context.own_pool().concurrency;
    const double total = std::min(read_optional_positive(reader, "target").value_or(most), most);
    settings.formula.target = std::max(kLeastTarget, total * reader.ratio("target_utilization"));
    settings.formula.panic_threshold = read_factor(reader, "panic_threshold");
    settings.formula.max_scale_up_rate = read_factor(reader, "max_scale_up_rate");
    settings.formula.max_scale_down_rate = read_factor(reader, "max_scale_down_rate");
    settings.formula.activation_scale = read_positive_count(reader, "activation_scale");
    settings.formula.stable_window = wakes.window;
    settings.formula.scale_down_delay = reader.duration("scale_down_delay");
    settings.initial_scale = read_count(reader, "initial_scale");
    if (settings.initial_scale > context.own_pool().max_workers)
        throw InputError(reader.where("initial_scale"), "it is more than \"workers.max\" of the pool");
    settings.to_zero = std::max(reader.duration("scale_to_zero_grace_period"),
                                reader.duration("scale_to_zero_pod_retention_period"));
    settings.drain_limit = reader.optional_duration("drain_limit");
    const Duration panic = from_seconds(to_seconds(wakes.window) * reader.ratio("panic_window"));
    if (panic < wakes.sample_period) {
        throw InputError(reader.where("panic_window"), "no sample falls into it",
                         "the panic window is this share of window, and at least one sample_period");
    }
    wakes.short_window = panic;
    wakes.time_weighted = true;
    wakes.forgets_empty = true;
    wakes.ready = true;
    return std::make_unique<KnativeKpa>(settings, wakes);
}

}  // namespace

ScalePolicyEntry knative_kpa_entry() {
    return {"knative-kpa", "Knative's pod autoscaler: a stable and a panic window.", kKnativeKpaParams,
            read_knative_kpa};
}

}  // namespace spillway
