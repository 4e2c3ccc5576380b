#include <fmt/format.h>

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

constexpr std::array kModalParams{
    optional_param("min_containers", ParamKind::kCount,
                   "containers kept whatever happens; default: the pool's min_workers"),
    default_param("buffer_containers", ParamKind::kCount, "0",
                  "idle containers beyond the demand while the function is active"),
    default_param("scaledown_window", ParamKind::kDuration, "60s",
                  "a container idle for this long stops; a function is active for as long after an input"),
    optional_param(
        "target_inputs", ParamKind::kCount,
        "inputs that one container is wanted for; default: the pool's concurrency, its max_inputs"),
    optional_param("overprovisioned", ParamKind::kNumber,
                   "idle containers stop at the next check above this many times the containers wanted; "
                   "default: only after scaledown_window"),
    kCheckPeriodParam,
    kCountLagParam,
    kFromZeroParam,
};

struct ModalSettings {
    int min;
    int buffer;
    Duration scaledown_window;
    int target_inputs;
    std::optional<double> overprovisioned;
};

class Modal final : public ScalePolicy {
public:
    Modal(const ModalSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger why) override {
        const int present = view.present();
        const int inputs = view.queued + view.in_flight;
        const int needed = workers_for(inputs, settings_.target_inputs);
        ScaleDecision decision = keep_size(view, std::max(settings_.min, view.min_workers));
        decision.buffer = is_active(view) ? std::clamp(view.max_workers - needed, 0, settings_.buffer) : 0;
        const int wanted = std::max(needed + decision.buffer, decision.floor);
        if (why == Trigger::kTick && wanted > present) {
            decision.target = wanted;
            explain_containers(decision, present, wanted);
        } else if (why == Trigger::kUnserved && present == 0) {
            start_from_zero(decision);
        } else if (why == Trigger::kTick || why == Trigger::kIdle) {
            shrink(view, wanted, decision);
        }
        return decision;
    }

private:
    bool is_active(const PoolView& view) const {
        return view.queued + view.in_flight > 0 ||
               (view.last_active && view.now < *view.last_active + settings_.scaledown_window);
    }

    void shrink(const PoolView& view, int wanted, ScaleDecision& decision) const {
        const int present = view.present();
        const int after_window = std::max(wanted, present - view.idle_expired);
        if (after_window < present) {
            decision.target = after_window;
            explain_idle(decision, settings_.scaledown_window);
        }
        if (!settings_.overprovisioned)
            return;
        const double most = std::fmin(std::ceil(*settings_.overprovisioned * wanted), present);
        const int sooner = std::max({static_cast<int>(most), wanted, present - view.idle});
        if (sooner < decision.target) {
            decision.target = sooner;
            explain_containers(decision, present, static_cast<int>(most));
        }
    }

    static void explain_containers(ScaleDecision& decision, int present, int wanted) {
        decision.rule = "containers against those for the inputs, and spare while active";
        decision.observed = present;
        decision.threshold = wanted;
    }

    ModalSettings settings_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> read_modal(ParamReader& reader, const PolicyContext& context) {
    const PoolFacts& pool = context.own_pool();
    ModalSettings settings{};
    settings.min =
        reader.has("min_containers") ? read_workers(reader, "min_containers", pool) : pool.min_workers;
    settings.buffer = read_count(reader, "buffer_containers");
    settings.scaledown_window = reader.duration("scaledown_window");
    settings.target_inputs =
        reader.has("target_inputs") ? read_positive_count(reader, "target_inputs") : pool.concurrency;
    settings.overprovisioned = reader.optional_number("overprovisioned");
    if (settings.buffer > pool.max_workers) {
        throw InputError(reader.where("buffer_containers"),
                         fmt::format("{} spare containers are more than \"workers.max\" of pool \"{}\", {}",
                                     settings.buffer, pool.name, pool.max_workers));
    }
    if (settings.overprovisioned && !(*settings.overprovisioned >= 1))
        throw InputError(reader.where("overprovisioned"), "it must be 1 or more",
                         "1 stops every idle container that is not wanted");
    Wakes wakes = read_check_wakes(reader);
    wakes.idle_for = settings.scaledown_window;
    wakes.unserved = reader.choice("from_zero") == 0;
    return std::make_unique<Modal>(settings, wakes);
}

}  // namespace

ScalePolicyEntry modal_entry() {
    return {"modal", "Modal: containers for the inputs, a minimum, and spare ones while active.",
            kModalParams, read_modal};
}

}  // namespace spillway
