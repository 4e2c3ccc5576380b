#include <algorithm>
#include <array>

#include "policies/entries.hpp"
#include "policies/params.hpp"
#include "policies/scale/demand.hpp"
#include "policies/scale/reasons.hpp"

namespace spillway {
namespace {

constexpr std::array kBeamParams{
    default_param("tasks_per_container", ParamKind::kCount, "1", "tasks in flight for each container"),
    default_param("keep_warm", ParamKind::kDuration, "180s",
                  "a container holds a lock for this long after its last task, and stops after that"),
    kCheckPeriodParam,
    kCountLagParam,
};

struct BeamSettings {
    int tasks_per_container;
    Duration keep_warm;
};

class Beam final : public ScalePolicy {
public:
    Beam(const BeamSettings& settings, const Wakes& wakes) : settings_(settings), wakes_(wakes) {}

    Wakes wakes() const override { return wakes_; }

    ScaleDecision decide(const PoolView& view, Trigger) override {
        const int present = view.present();
        const int tasks = view.queued + view.in_flight;
        const int desired = workers_for(tasks, settings_.tasks_per_container);
        ScaleDecision decision = keep_size(view);
        decision.target = std::max({desired, present - view.idle_expired, decision.floor});
        if (decision.target < present) {
            explain_idle(decision, settings_.keep_warm);
        } else {
            explain_demand(decision, tasks, present * settings_.tasks_per_container);
        }
        return decision;
    }

private:
    BeamSettings settings_;
    Wakes wakes_;
};

std::unique_ptr<ScalePolicy> read_beam(ParamReader& reader, const PolicyContext&) {
    const BeamSettings settings{read_positive_count(reader, "tasks_per_container"),
                                reader.duration("keep_warm")};
    Wakes wakes = read_check_wakes(reader);
    wakes.unserved = true;
    wakes.idle_for = settings.keep_warm;
    return std::make_unique<Beam>(settings, wakes);
}

}  // namespace

ScalePolicyEntry beam_entry() {
    return {"beam", "Beam: containers for the tasks in flight, kept warm by a lock each.", kBeamParams,
            read_beam};
}

}  // namespace spillway
