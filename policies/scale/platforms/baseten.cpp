#include <algorithm>
#include <array>
#include <cmath>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnBasetenParams{
    default_param("concurrency_target", ParamKind::kNumber, "1", "requests in flight that one replica takes"),
    default_param("target_utilization", ParamKind::kRatio, "70%", "of the concurrency target, aimed at"),
    default_param("scale_down_delay", ParamKind::kDuration, "900s",
                  "a decrease follows a load that has been lower for this long; so does each further one"),
    default_param("max_scale_down_rate", ParamKind::kRatio, "50%",
                  "of the active replicas, removed in one step at most; one at least"),
};
constexpr auto kBasetenParams = join(kOwnBasetenParams, metric_params("10s", "60s", "1s"));

struct BasetenSettings {
    double per_replica;
    Duration scale_down_delay;
    double max_scale_down_rate;
};

class Baseten final : public ScalePolicy {
public:
    Baseten(const BasetenSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kIdleThenBusy;
        if (why == Trigger::kUnserved && present == 0) {
            start_from_zero(decision);
            low_since_.reset();
        } else if (why == Trigger::kTick) {
            follow_metric(view, decision);
        }
        return decision;
    }

private:
    void follow_metric(const PoolView& view, ScaleDecision& decision) {
        const int present = view.present();
        const double load = view.metrics.in_flight + view.metrics.queued;
        const int wanted = std::max(workers_for(load, settings_.per_replica), view.min_workers);
        decision.rule = "mean requests in flight against target x utilization x replicas";
        decision.observed = load;
        decision.threshold = settings_.per_replica * present;
        decision.figure = LoadFigure::kOpen;
        if (wanted >= present) {
            decision.target = wanted;
            low_since_.reset();
            return;
        }
        if (!low_since_)
            low_since_ = view.now;
        const Duration low_for = view.now - *low_since_;
        if (low_for < settings_.scale_down_delay) {
            decision.rule = "lower load against the scale-down delay, in s";
            decision.observed = to_seconds(low_for);
            decision.threshold = to_seconds(settings_.scale_down_delay);
            return;
        }
        const int step = std::max(1, static_cast<int>(settings_.max_scale_down_rate * view.ready()));
        decision.target = std::max(wanted, present - step);
        low_since_ = view.now;
    }

    BasetenSettings settings_;
    Wakes wakes_;
    std::optional<SimTime> low_since_;
};

std::unique_ptr<ScalePolicy> read_baseten(ParamReader& reader, const PolicyContext&) {
    BasetenSettings settings{};
    const double target = read_positive_number(reader, "concurrency_target");
    settings.per_replica = target * reader.ratio("target_utilization");
    if (settings.per_replica == 0)
        throw InputError(reader.where("target_utilization"), "it must be above 0");
    settings.scale_down_delay = reader.duration("scale_down_delay");
    settings.max_scale_down_rate = reader.ratio("max_scale_down_rate");
    Wakes wakes = read_metric_wakes(reader);
    wakes.time_weighted = true;
    return std::make_unique<Baseten>(settings, wakes);
}

}  // namespace

ScalePolicyEntry baseten_entry() {
    return {"baseten", "Baseten: replicas at a share of their concurrency, shrinking in steps.",
            kBasetenParams, read_baseten};
}

}  // namespace spillway
