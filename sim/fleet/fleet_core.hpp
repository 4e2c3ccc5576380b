#pragma once

#include <optional>
#include <vector>

#include "sim/fleet/backlog.hpp"
#include "sim/fleet/control_loop.hpp"
#include "sim/fleet/dispatcher.hpp"
#include "sim/fleet/fleet.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"
#include "sim/fleet/mishaps.hpp"
#include "sim/fleet/rollouts.hpp"

namespace spillway {

/// Owns the parts of a fleet, and hands each event to the part that it is for.
class Fleet::Core final : public EventHandler, public ArrivalFeed, public WorkerListener {
public:
    Core(FleetSpec spec, RequestSource& source)
        : simulator_(spec.begin),
          state_(simulator_, std::move(spec)),
          lifecycle_(state_, *this),
          dispatcher_(make_state(), source),
          control_(state_, lifecycle_),
          mishaps_(state_, lifecycle_),
          rollouts_(state_, lifecycle_, control_),
          source_(source) {
        dispatcher_.connect(control_, lifecycle_);
        simulator_.set_feed(*this);
    }

    void run() {
        listen_to_tokens();
        tell_steps();
        open_window();
        state_.horizon = state_.spec.horizon;
        if (state_.horizon)
            schedule_close();
        mishaps_.begin(simulator_.now());
        rollouts_.begin();
        control_.begin(simulator_.now());
        look_ahead();
        simulator_.run();
        leftover_.open_by_quarter = backlog_.quarters();
        leftover_.drained = last_end_ > *state_.horizon ? last_end_ - *state_.horizon : Duration::zero();
    }

    void arrive(SimTime now) override {
        backlog_.look(dispatcher_.open_requests(), now);
        dispatcher_.arrive(now);
        last_arrival_ = now;
        look_ahead();
    }

    void handle(const Event& event, SimTime now) override;

    void worker_ready(std::uint32_t worker, SimTime now) override { dispatcher_.worker_ready(worker, now); }
    void start_lost(std::uint32_t worker, LifeEnd end, SimTime now) override {
        dispatcher_.start_lost(worker, end, now);
    }
    void starts_settled(Pool& pool, SimTime now) override {
        control_.ready(pool, now);
        rollouts_.step(pool, now);
    }
    void worker_lost(std::uint32_t worker, Setback why, SimTime now) override {
        dispatcher_.worker_lost(worker, why, now);
    }
    void workers_missing(Pool& pool, SimTime now) override { control_.replace(pool, now); }
    void place_taken(Pool& pool) override { mishaps_.cover_places(pool); }
    void drain_limit_reached(std::uint32_t worker, SimTime now) override {
        dispatcher_.drain_limit_reached(worker, now);
    }

    FleetState& state() noexcept { return state_; }
    const FleetState& state() const noexcept { return state_; }
    const Leftover& leftover() const noexcept { return leftover_; }
    std::uint64_t events() const noexcept { return simulator_.events(); }
    std::vector<SnapshotObserver*> snapshot_observers;

private:
    FleetState& make_state();
    void listen_to_tokens();
    void tell_steps();
    void look_ahead();
    void open_window();
    void schedule_close();
    void pool_event(FleetEvent kind, const Event& event, SimTime now);
    void pass_on(FleetEvent kind, const Event& event, SimTime now);
    void worker_event(FleetEvent kind, const Event& event, SimTime now);
    void client_event(FleetEvent kind, const Event& event, SimTime now);
    void window_event(FleetEvent kind, SimTime now);
    void window_opens(SimTime now);
    void window_closes(SimTime now);
    void snapshot(SimTime now);

    Simulator simulator_;
    FleetState state_;
    Lifecycle lifecycle_;
    Dispatcher dispatcher_;
    ControlLoop control_;
    Mishaps mishaps_;
    Rollouts rollouts_;
    RequestSource& source_;
    Leftover leftover_;
    Backlog backlog_;
    std::optional<SimTime> last_arrival_;
    SimTime last_end_;
};

}  // namespace spillway
