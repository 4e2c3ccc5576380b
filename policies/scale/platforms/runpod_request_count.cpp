#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"

namespace spillway {
namespace {

constexpr std::array kRunpodRequestCountParams{
    default_param("scaler_value", ParamKind::kCount, "1",
                  "requests, waiting and in progress, for each worker"),
    optional_param("idle_timeout", ParamKind::kDuration,
                   "a worker stops only when idle for this long, as on load-balancing endpoints; default: at "
                   "the next check"),
    kCheckPeriodParam,
    kCountLagParam,
    with_default(kFromZeroParam, "tick"),
};

struct RunpodRequestCountSettings {
    int scaler_value;
    std::optional<Duration> idle_timeout;
};

class RunpodRequestCount final : public ScalePolicy {
public:
    RunpodRequestCount(const RunpodRequestCountSettings& settings, const Wakes& wakes)
        : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        ScaleDecision decision = keep_size(view);
        if (why == Trigger::kUnserved && view.present() == 0) {
            start_from_zero(decision);
        } else if (why == Trigger::kTick || why == Trigger::kIdle) {
            check(view, why, decision);
        }
        return decision;
    }

private:
    void check(const PoolView& view, Trigger why, ScaleDecision& decision) const {
        const int present = view.present();
        const int requests = view.queued + view.in_flight;
        const int wanted = std::max(workers_for(requests, settings_.scaler_value), decision.floor);
        const int may_stop = settings_.idle_timeout ? view.idle_expired : view.idle;
        decision.target = std::max(wanted, present - may_stop);
        if (why == Trigger::kIdle)
            decision.target = std::min(decision.target, std::max(present, decision.floor));
        decision.rule = "requests against scaler value x workers";
        decision.observed = requests;
        decision.threshold = settings_.scaler_value * present;
        decision.figure = LoadFigure::kOpen;
        decision.seen = FigureSeen::kAsIs;
    }

    RunpodRequestCountSettings settings_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> read_runpod_request_count(ParamReader& reader, const PolicyContext&) {
    const RunpodRequestCountSettings settings{read_positive_count(reader, "scaler_value"),
                                              reader.optional_duration("idle_timeout")};
    Wakes wakes = read_check_wakes(reader);
    wakes.idle_for = settings.idle_timeout;
    wakes.unserved = reader.choice("from_zero") == 0;
    return std::make_unique<RunpodRequestCount>(settings, wakes);
}

}  // namespace

ScalePolicyEntry runpod_request_count_entry() {
    return {"runpod-request-count", "RunPod REQUEST_COUNT: workers in proportion to the requests.",
            kRunpodRequestCountParams, read_runpod_request_count};
}

}  // namespace spillway
