#include <algorithm>
#include <array>
#include <cmath>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnRayServeParams{
    default_param("target_ongoing_requests", ParamKind::kNumber, "2",
                  "requests waiting and running for each replica"),
    default_param("upscale_delay", ParamKind::kDuration, "30s", "more must be wanted for this long"),
    default_param("downscale_delay", ParamKind::kDuration, "600s", "fewer must be wanted for this long"),
    optional_param("downscale_to_zero_delay", ParamKind::kDuration,
                   "none must be wanted for this long to stop the last; default: downscale_delay"),
    default_param("upscaling_factor", ParamKind::kNumber, "1", "of the distance to the target, when growing"),
    default_param("downscaling_factor", ParamKind::kNumber, "1", "of the distance, when shrinking"),
    kDrainLimitParam,
};
constexpr auto kRayServeParams = join(kOwnRayServeParams, metric_params("10s", "30s", "10s"));

struct RayServeSettings {
    double target;
    Duration upscale_delay;
    Duration downscale_delay;
    Duration to_zero_delay;
    double upscaling_factor;
    double downscaling_factor;
    std::optional<Duration> drain_limit;
};

class RayServe final : public ScalePolicy {
public:
    RayServe(const RayServeSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kStartingFirst;
        decision.drain_limit = settings_.drain_limit;
        if (why == Trigger::kUnserved && view.present() == 0) {
            // The first request at a handle without a replica is reported at once.
            start_from_zero(decision, workers_for(1.0 * settings_.upscaling_factor, 1.0));
        } else if (why == Trigger::kTick || why == Trigger::kWakeAt) {
            look(view, decision);
        }
        return decision;
    }

private:
    double ongoing(const PoolView& view) const { return view.metrics.queued + view.metrics.in_flight; }

    void look(const PoolView& view, ScaleDecision& decision) {
        const int present = view.present();
        decision.rule = "mean ongoing requests against target x running replicas";
        decision.observed = ongoing(view);
        decision.threshold = settings_.target * view.ready();
        decision.figure = LoadFigure::kOpen;
        if (view.ready() == 0) {
            if (decision.observed > 0)
                decision.target = std::max(present, workers_for(settings_.upscaling_factor, 1.0));
            return;
        }
        int desired = std::max(wanted(view), view.min_workers);
        if (desired > present) {
            down_since_.reset();
            const bool full = present >= view.max_workers;  // it stays so, and the wish is only counted
            hold(up_since_, full ? Duration{0} : settings_.upscale_delay, desired, view, decision);
        } else if (desired < present) {
            up_since_.reset();
            if (present > 1)
                desired = std::max(desired, 1);  // to zero from the last one only
            hold(down_since_, desired == 0 ? settings_.to_zero_delay : settings_.downscale_delay, desired,
                 view, decision);
        } else {
            up_since_.reset();
            down_since_.reset();
        }
    }

    int wanted(const PoolView& view) const {
        const int ready = view.ready();
        const double error = ongoing(view) / (settings_.target * ready);
        const double factor = error >= 1 ? settings_.upscaling_factor : settings_.downscaling_factor;
        const int desired = workers_for(ready * (1 + (error - 1) * factor), 1.0);
        // A factor below 1 must not keep replicas for ever that are not needed: then one goes at a time.
        const bool stuck = desired == ready && workers_for(ongoing(view), settings_.target) < ready;
        return stuck ? desired - 1 : std::max(desired, 0);
    }

    /// Takes `desired` once the same side has been wanted for the delay.
    static void hold(std::optional<SimTime>& since, Duration delay, int desired, const PoolView& view,
                     ScaleDecision& decision) {
        if (!since)
            since = view.now;
        if (view.now - *since < delay) {
            decision.wake_at = *since + delay;
            return;
        }
        decision.target = desired;
        since.reset();
    }

    RayServeSettings settings_;
    Wakes wakes_;
    std::optional<SimTime> up_since_;
    std::optional<SimTime> down_since_;
};

std::unique_ptr<ScalePolicy> read_ray_serve(ParamReader& reader, const PolicyContext&) {
    RayServeSettings settings{};
    settings.target = read_positive_number(reader, "target_ongoing_requests");
    settings.upscale_delay = reader.duration("upscale_delay");
    settings.downscale_delay = reader.duration("downscale_delay");
    settings.to_zero_delay =
        reader.optional_duration("downscale_to_zero_delay").value_or(settings.downscale_delay);
    settings.upscaling_factor = read_positive_number(reader, "upscaling_factor");
    settings.downscaling_factor = read_positive_number(reader, "downscaling_factor");
    settings.drain_limit = reader.optional_duration("drain_limit");
    return std::make_unique<RayServe>(settings, read_metric_wakes(reader));
}

}  // namespace

ScalePolicyEntry ray_serve_entry() {
    return {"ray-serve", "Ray Serve: replicas for the ongoing requests, after a delay each way.",
            kRayServeParams, read_ray_serve};
}

}  // namespace spillway
