#include <algorithm>
#include <array>
#include <cmath>
#include <deque>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr double kDefaultUse = 0.7;  // of a worker's slots

constexpr std::array kConcurrencyTargetParams{
    optional_param("target", ParamKind::kNumber,
                   "requests in flight for each worker; default: 70% of the pool's concurrency"),
    choice_param("counts", "running|queued-and-running", "queued-and-running", "which requests are counted"),
    default_param("tolerance", ParamKind::kRatio, "10%",
                  "no change while the figure is this near to the target"),
    default_param("down_window", ParamKind::kDuration, "300s",
                  "shrink only to the largest size that was wanted within this"),
    kDrainLimitParam,
    kPeriodParam,
    kWindowParam,
    kLagParam,
    kSamplePeriodParam,
    kFromZeroParam,
};

struct ConcurrencyTargetSettings {
    double target;
    bool counts_queued;
    double tolerance;
    Duration down_window;
    std::optional<Duration> drain_limit;
};

class ConcurrencyTarget final : public ScalePolicy {
public:
    ConcurrencyTarget(const ConcurrencyTargetSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        ScaleDecision decision;
        decision.floor = view.min_workers;
        decision.victims = VictimOrder::kIdleThenBusy;
        decision.drain_limit = settings_.drain_limit;
        decision.target = std::max(present, view.min_workers);
        decision.rule = "minimum of workers";
        decision.observed = present;
        decision.threshold = view.min_workers;
        if (why == Trigger::kUnserved && present == 0) {
            decision.target = std::max(1, view.min_workers);
            decision.rule = "requests against slots, without a worker";
            decision.observed = 1;
            decision.threshold = 0;
        } else if (why == Trigger::kTick) {
            follow_metric(view, decision);
            return decision;
        }
        if (decision.target != present)
            remember(decision.target, view.now);
        return decision;
    }

private:
    struct Wish {
        SimTime at;
        int workers;
    };

    void follow_metric(const PoolView& view, ScaleDecision& decision) {
        const int present = view.present();
        const double load = view.metrics.in_flight + (settings_.counts_queued ? view.metrics.queued : 0);
        decision.observed = load;
        decision.threshold = settings_.target * present;
        decision.figure = settings_.counts_queued ? LoadFigure::kOpen : LoadFigure::kInFlight;
        const bool near = std::abs(load - decision.threshold) <= settings_.tolerance * decision.threshold;
        const int wanted = std::max(near ? present : workers_for(load, settings_.target), view.min_workers);
        remember(wanted, view.now);
        decision.rule = near ? "requests in flight within tolerance of target x workers"
                             : "requests in flight against target x workers";
        decision.target = wanted;
        if (wanted < present) {
            decision.target = std::min(present, wishes_.front().workers);
            if (decision.target > wanted)
                decision.rule = "requests in flight, held by the scale-down window";
        }
    }

    /// Keeps the wishes of the window that no later one exceeds: the first is the largest.
    void remember(int workers, SimTime now) {
        while (!wishes_.empty() && wishes_.back().workers <= workers) wishes_.pop_back();
        wishes_.push_back({now, workers});
        while (wishes_.front().at + settings_.down_window < now) wishes_.pop_front();
    }

    ConcurrencyTargetSettings settings_;
    Wakes wakes_;
    std::deque<Wish> wishes_;
};

std::unique_ptr<ScalePolicy> read_concurrency_target(ParamReader& reader, const PolicyContext& context) {
    ConcurrencyTargetSettings settings{};
    settings.target = reader.optional_number("target").value_or(kDefaultUse * context.own_pool().concurrency);
    if (!(settings.target > 0))
        throw InputError(reader.where("target"), "it must be above 0");
    settings.counts_queued = reader.choice("counts") == 1;
    settings.tolerance = reader.ratio("tolerance");
    settings.down_window = reader.duration("down_window");
    settings.drain_limit = reader.optional_duration("drain_limit");
    return std::make_unique<ConcurrencyTarget>(settings, read_metric_wakes(reader));
}

}  // namespace

ScalePolicyEntry concurrency_target_entry() {
    return {"concurrency-target", "As many workers as keep the requests in flight on each at a target.",
            kConcurrencyTargetParams, read_concurrency_target};
}

}  // namespace spillway
