#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnSkyserveParams{
    required_param("target_qps_per_replica", ParamKind::kRate, "requests that one replica takes, \"0.5/s\""),
    default_param("upscale_delay", ParamKind::kDuration, "300s",
                  "more must be wanted at every look within this"),
    default_param("downscale_delay", ParamKind::kDuration, "1200s",
                  "fewer must be wanted at every look within this"),
    default_param("period_without_replica", ParamKind::kDuration, "5s",
                  "time between two looks while no replica is wanted"),
    default_param("num_overprovision", ParamKind::kCount, "0", "replicas beyond the target, on spot"),
    kDrainLimitParam,
};
constexpr auto kSkyserveParams = join(kOwnSkyserveParams, window_params("20s", "60s", "1s"));

struct SkyserveSettings {
    double target_qps;
    Duration upscale_delay;
    Duration downscale_delay;
    Duration period_without_replica;
    int num_overprovision;
    std::optional<Duration> drain_limit;
};

class SkyServe final : public ScalePolicy {
public:
    SkyServe(const SkyserveSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        if (!begin_)
            begin_ = view.now;
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kStartingFirst;
        decision.drain_limit = settings_.drain_limit;
        target_ = std::max(target_, view.min_workers);
        if (why == Trigger::kTick || (why == Trigger::kWakeAt && target_ == 0)) {
            look(view, decision);
            if (target_ == 0)
                decision.wake_at = view.now + settings_.period_without_replica;
        }
        const int spare =
            target_ == 0 ? 0 : std::clamp(view.max_workers - target_, 0, settings_.num_overprovision);
        decision.buffer = spare;
        decision.target = target_ + spare;
        if (target_ == view.max_workers)
            decision.target = std::max(decision.target, demand_);  // it stays so, and the wish is counted
        return decision;
    }

private:
    void look(const PoolView& view, ScaleDecision& decision) {
        // The window is always divided by its full length, at the beginning too.
        const double elapsed = std::min(1.0, to_seconds(view.now - *begin_) / to_seconds(wakes_.window));
        const double qps = view.metrics.arrival_rate * elapsed;
        demand_ = workers_for(qps, settings_.target_qps);
        const int wanted =
            std::clamp(demand_, view.min_workers, std::max(view.min_workers, view.max_workers));
        decision.rule = "requests a second against target x replicas";
        decision.observed = qps;
        decision.threshold = settings_.target_qps * target_;
        decision.figure = LoadFigure::kArrivalRate;
        if (target_ == 0) {
            target_ = wanted;
        } else if (wanted > target_) {
            down_ = 0;
            count(up_, settings_.upscale_delay, wanted);
        } else if (wanted < target_) {
            up_ = 0;
            count(down_, settings_.downscale_delay, wanted);
        } else {
            up_ = down_ = 0;
        }
    }

    void count(std::int64_t& looks, Duration delay, int wanted) {
        if (++looks < delay / *wakes_.tick)
            return;
        target_ = wanted;
        looks = 0;
    }

    SkyserveSettings settings_;
    Wakes wakes_;
    int target_ = 0;
    int demand_ = 0;       // at the last look, beyond the pool's limit too
    std::int64_t up_ = 0;  // looks in a row
    std::int64_t down_ = 0;
    std::optional<SimTime> begin_;
};

std::unique_ptr<ScalePolicy> read_skyserve(ParamReader& reader, const PolicyContext&) {
    SkyserveSettings settings{};
    settings.target_qps = reader.rate("target_qps_per_replica");
    if (!(settings.target_qps > 0))
        throw InputError(reader.where("target_qps_per_replica"), "it must be above 0");
    settings.upscale_delay = reader.duration("upscale_delay");
    settings.downscale_delay = reader.duration("downscale_delay");
    settings.period_without_replica = read_positive_duration(reader, "period_without_replica");
    settings.num_overprovision = read_count(reader, "num_overprovision");
    settings.drain_limit = reader.optional_duration("drain_limit");
    return std::make_unique<SkyServe>(settings, read_window_wakes(reader));
}

}  // namespace

ScalePolicyEntry skyserve_entry() {
    return {"skyserve", "SkyServe: replicas for the request rate, after long delays.", kSkyserveParams,
            read_skyserve};
}

}  // namespace spillway
