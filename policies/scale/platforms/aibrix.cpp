#include <algorithm>
#include <array>
#include <cmath>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/platforms/kpa_formula.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnAibrixParams{
    choice_param("scaler", "apa|kpa", "apa", "AIBrix's own rule, or Knative's with AIBrix's defaults"),
    optional_param("target", ParamKind::kNumber,
                   "requests in flight for each pod; default: 70% of the pool's concurrency"),
    default_param("up_tolerance", ParamKind::kRatio, "10%", "of the target, above it, without growth (apa)"),
    default_param("down_tolerance", ParamKind::kRatio, "10%", "below it, without a decrease (apa)"),
    default_param("max_scale_up_rate", ParamKind::kNumber, "2", "most pods wanted, for each ready one"),
    default_param("max_scale_down_rate", ParamKind::kNumber, "2",
                  "fewest pods wanted: the ready ones divided by this"),
    default_param("panic_window", ParamKind::kDuration, "60s", "window of the panic metric (kpa)"),
    default_param("panic_threshold", ParamKind::kNumber, "2",
                  "panic when this many times the ready pods are wanted (kpa)"),
    default_param("scale_down_window", ParamKind::kDuration, "300s",
                  "shrink only to the largest size wanted in this"),
    with_default(kDrainLimitParam, "30s"),
};
constexpr auto kAibrixParams = join(kOwnAibrixParams, metric_params("10s", "180s", "1s"));

struct AibrixSettings {
    bool kpa;
    double up_tolerance;
    double down_tolerance;
    Duration scale_down_window;
    std::optional<Duration> drain_limit;
    KpaSettings formula;
};

class Aibrix final : public ScalePolicy {
public:
    Aibrix(const AibrixSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes), formula_(settings.formula) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kNewest;
        decision.drain_limit = settings_.drain_limit;
        const bool waits_in_metrics = why == Trigger::kTick && view.metrics.queued > 0;
        if (view.present() == 0 && (why == Trigger::kUnserved || waits_in_metrics)) {
            start_from_zero(decision);
            most_.note(view.now, decision.target, view.now - settings_.scale_down_window);
        } else if (why == Trigger::kTick && view.present() > 0) {
            look(view, decision);
        }
        return decision;
    }

private:
    void look(const PoolView& view, ScaleDecision& decision) {
        const double load = view.metrics.in_flight + view.metrics.queued;
        const double short_load = view.short_metrics.in_flight + view.short_metrics.queued;
        const int wanted = settings_.kpa ? formula_.scale({view.ready(), load, short_load, view.now}).desired
                                         : by_ratio(view, load);
        most_.note(view.now, wanted, view.now - settings_.scale_down_window);
        decision.target = std::max({wanted, std::min(view.present(), most_.max()), decision.floor});
        decision.rule = "mean requests in flight against target x ready pods";
        decision.observed = load;
        decision.threshold = settings_.formula.target * view.ready();
        decision.figure = LoadFigure::kOpen;
    }

    int by_ratio(const PoolView& view, double load) const {
        const int ready = view.ready();
        if (ready == 0)
            return view.present();
        const double target = settings_.formula.target;
        const double use = load / (target * ready);
        const int wanted = workers_for(load, target);
        if (use > 1 + settings_.up_tolerance) {
            const double most = std::ceil(settings_.formula.max_scale_up_rate * ready);
            return std::min(wanted, static_cast<int>(std::fmin(most, 1e9)));
        }
        if (use < 1 - settings_.down_tolerance) {
            return std::max(wanted,
                            static_cast<int>(std::floor(ready / settings_.formula.max_scale_down_rate)));
        }
        return view.present();
    }

    AibrixSettings settings_;
    Wakes wakes_;
    KpaFormula formula_;
    SlidingMax most_;
};

std::unique_ptr<ScalePolicy> read_aibrix(ParamReader& reader, const PolicyContext& context) {
    constexpr double kDefaultUse = 0.7;
    Wakes wakes = read_metric_wakes(reader);
    AibrixSettings settings{};
    settings.kpa = reader.choice("scaler") == 1;
    settings.up_tolerance = reader.ratio("up_tolerance");
    settings.down_tolerance = reader.ratio("down_tolerance");
    settings.scale_down_window = reader.duration("scale_down_window");
    settings.drain_limit = reader.optional_duration("drain_limit");
    settings.formula.target =
        read_optional_positive(reader, "target").value_or(kDefaultUse * context.own_pool().concurrency);
    settings.formula.max_scale_up_rate = read_factor(reader, "max_scale_up_rate");
    settings.formula.max_scale_down_rate = read_factor(reader, "max_scale_down_rate");
    settings.formula.panic_threshold = read_factor(reader, "panic_threshold");
    settings.formula.stable_window = wakes.window;
    wakes.short_window = read_positive_duration(reader, "panic_window");
    if (*wakes.short_window > wakes.window || *wakes.short_window < wakes.sample_period) {
        throw InputError(reader.where("panic_window"), "it lies from sample_period to window");
    }
    wakes.time_weighted = true;
    return std::make_unique<Aibrix>(settings, wakes);
}

}  // namespace

ScalePolicyEntry aibrix_entry() {
    return {"aibrix", "AIBrix's pod autoscaler, or Knative's with its defaults.", kAibrixParams, read_aibrix};
}

}  // namespace spillway
