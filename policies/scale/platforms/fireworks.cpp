#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"
#include "policies/scale/sliding_max.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

constexpr std::array kOwnFireworksParams{
    default_param("load_target", ParamKind::kRatio, "80%", "of a replica's concurrency, aimed at"),
    default_param("scale_up_window", ParamKind::kDuration, "30s", "grow to the smallest size wanted in this"),
    default_param("scale_down_window", ParamKind::kDuration, "10m",
                  "shrink to the largest size wanted in this"),
    default_param("scale_to_zero_window", ParamKind::kDuration, "1h",
                  "without a request for this long, all replicas stop"),
};
constexpr auto kFireworksParams = join(kOwnFireworksParams, metric_params("10s", "10s", "1s"));

struct FireworksSettings {
    double load_target;
    Duration up_window;
    Duration down_window;
    Duration zero_window;
};

class Fireworks final : public ScalePolicy {
public:
    Fireworks(const FireworksSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        decision.victims = VictimOrder::kIdleThenBusy;
        if (!begin_)
            begin_ = view.now;
        if (why == Trigger::kUnserved && view.present() == 0) {
            start_from_zero(decision);
        } else if (why == Trigger::kTick) {
            look(view, decision);
        }
        return decision;
    }

private:
    void look(const PoolView& view, ScaleDecision& decision) {
        const int present = view.present();
        const double load = view.metrics.in_flight + view.metrics.queued;
        const int wanted = workers_for(load, settings_.load_target * view.concurrency);
        smallest_.note(view.now, -wanted, view.now - settings_.up_window);
        largest_.note(view.now, std::max(wanted, 1), view.now - settings_.down_window);
        decision.rule = "mean requests in flight against load target x slots";
        decision.observed = load;
        decision.threshold = settings_.load_target * view.concurrency * present;
        decision.figure = LoadFigure::kOpen;
        const Duration quiet = view.now - view.last_active.value_or(*begin_);
        if (quiet >= settings_.zero_window && wanted == 0) {
            decision.target = decision.floor;
            decision.rule = "without a request, in s";
            decision.observed = to_seconds(quiet);
            decision.threshold = to_seconds(settings_.zero_window);
        } else if (present == 0 && view.metrics.queued > 0) {
            start_from_zero(decision);
        } else if (present > 0) {
            // Nothing is known of the time before the first look: it cannot ask for growth.
            const bool seen_enough = view.now - *begin_ >= settings_.up_window;
            const int up = seen_enough ? -smallest_.max() : 0;
            decision.target = std::max(std::min(std::max(present, up), largest_.max()), decision.floor);
        }
    }

    FireworksSettings settings_;
    Wakes wakes_;
    SlidingMax smallest_;  // of the negated sizes
    SlidingMax largest_;
    std::optional<SimTime> begin_;
};

std::unique_ptr<ScalePolicy> read_fireworks(ParamReader& reader, const PolicyContext&) {
    const FireworksSettings settings{reader.ratio("load_target"), reader.duration("scale_up_window"),
                                     reader.duration("scale_down_window"),
                                     reader.duration("scale_to_zero_window")};
    if (settings.load_target == 0)
        throw InputError(reader.where("load_target"), "it must be above 0");
    Wakes wakes = read_metric_wakes(reader);
    wakes.time_weighted = true;
    return std::make_unique<Fireworks>(settings, wakes);
}

}  // namespace

ScalePolicyEntry fireworks_entry() {
    return {"fireworks", "Fireworks: replicas at a load target, by an upward and a downward window.",
            kFireworksParams, read_fireworks};
}

}  // namespace spillway
