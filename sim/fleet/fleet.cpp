#include "sim/fleet/fleet.hpp"

#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/fleet/check_spec.hpp"
#include "sim/fleet/fleet_core.hpp"

namespace spillway {
FleetState& Fleet::Core::make_state() {
    check_spec(state_.spec);
    state_.handler = simulator_.add_handler(*this);
    for (const SupplySpec& supply : state_.spec.supplies)
        state_.supplies.emplace_back(supply, state_.spec.hosts);
    state_.supply_timers.resize(state_.supplies.size());
    state_.world.emplace(state_.spec.seed, state_.spec.zones, state_.spec.begin);
    for (std::size_t i = 0; i < state_.spec.pools.size(); ++i) {
        state_.pools.push_back(std::make_unique<Pool>(PoolId{static_cast<std::uint32_t>(i)},
                                                      std::move(state_.spec.pools[i]), state_.requests,
                                                      state_.workers, state_.spec.classes));
    }
    return state_;
}

void Fleet::Core::listen_to_tokens() {
    if (state_.gap_observers.empty())
        return;
    for (const auto& pool : state_.pools)
        pool->tokens.emplace(pool->id, state_.gap_observers, state_.horizon);
}

void Fleet::Core::tell_steps() {
    if (!state_.news.is_heard())
        return;
    for (const auto& pool : state_.pools) {
        pool->tell(state_.news);
        state_.news.begins(*pool);
    }
}

/// Announces the next arrival; when the traffic ends and nobody named a horizon, the window ends with it.
void Fleet::Core::look_ahead() {
    dispatcher_.announce_next();
    if (state_.horizon || source_.next_time())
        return;
    const bool answers_may_bring_more = source_.reacts() && dispatcher_.open_requests() > 0;
    if (answers_may_bring_more)
        return;
    if (!last_arrival_)
        throw InputError("traffic", "no request arrives", "is the trace empty?");
    const SimTime last = source_.reacts() ? simulator_.now() : *last_arrival_;
    const auto second = std::chrono::floor<std::chrono::seconds>(last.time_since_epoch());
    state_.horizon = std::max(SimTime{} + std::chrono::seconds{1}, SimTime{second + std::chrono::seconds{1}});
    schedule_close();
}

/// Without a warm-up the window is open before the opening sizes are asked for: they are part of it.
void Fleet::Core::open_window() {
    if (simulator_.now() == SimTime{}) {
        window_opens(simulator_.now());
    } else {
        simulator_.schedule(SimTime{}, Phase::kWindow, state_.window_event(FleetEvent::kWindowOpens));
    }
}

void Fleet::Core::schedule_close() {
    simulator_.schedule(*state_.horizon, Phase::kWindow, state_.window_event(FleetEvent::kWindowCloses));
}

void Fleet::Core::window_opens(SimTime now) {
    state_.window_open = true;
    lifecycle_.window_opens(now);
    for (const auto& pool : state_.pools) {
        pool->clock.open(now);
        pool->arrivals = 0;
        pool->ended = 0;
    }
    if (!snapshot_observers.empty()) {
        simulator_.schedule(now + std::chrono::seconds{1}, Phase::kSample,
                            state_.event(FleetEvent::kSnapshot));
    }
}

void Fleet::Core::window_closes(SimTime now) {
    lifecycle_.window_closes(now);
    for (const auto& pool : state_.pools) pool->clock.close(now);
    // The second that ends with the window, before anything else of this instant.
    if (!snapshot_observers.empty() && now.time_since_epoch() % std::chrono::seconds{1} == Duration::zero()) {
        snapshot(now);
    }
    state_.window_open = false;
    leftover_.requests = dispatcher_.open_requests();
}

void Fleet::Core::snapshot(SimTime now) {
    if (!state_.window_open)
        return;
    std::vector<PoolSnapshot> shots(state_.pools.size());
    for (const auto& pool : state_.pools) {
        PoolSnapshot& shot = shots[pool->id.value];
        shot.at = now;
        shot.pool = pool->id;
        shot.queued = pool->waiting();
        shot.in_flight = pool->in_flight;
        shot.arrivals = pool->arrivals;
        shot.ended = pool->ended;
    }
    state_.for_each_worker([&](std::uint32_t number) {
        const Worker& worker = state_.workers[number];
        ++shots[worker.pool.value].workers[static_cast<std::size_t>(worker.state())];
    });
    for (const PoolSnapshot& shot : shots) {
        for (SnapshotObserver* observer : snapshot_observers) observer->snapshot(shot);
    }
    simulator_.schedule(now + std::chrono::seconds{1}, Phase::kSample, state_.event(FleetEvent::kSnapshot));
}

Fleet::Fleet(FleetSpec spec, RequestSource& source)
    : core_(std::make_unique<Core>(std::move(spec), source)) {}
Fleet::~Fleet() = default;

void Fleet::observe(RequestObserver& observer) { core_->state().request_observers.push_back(&observer); }
void Fleet::observe(UsageObserver& observer) { core_->state().usage_observers.push_back(&observer); }
void Fleet::observe(DecisionObserver& observer) { core_->state().decision_observers.push_back(&observer); }
void Fleet::observe(SnapshotObserver& observer) { core_->snapshot_observers.push_back(&observer); }
void Fleet::observe(GapObserver& observer) { core_->state().gap_observers.push_back(&observer); }
void Fleet::observe(StepObserver& observer) { core_->state().news.observe(observer); }
void Fleet::observe(ControlObserver& observer) { core_->state().news.observe(observer); }
void Fleet::run() { core_->run(); }
SimTime Fleet::horizon() const { return core_->state().horizon.value(); }
const PoolUsage& Fleet::usage(PoolId pool) const { return core_->state().pools[pool.value]->usage; }
const Leftover& Fleet::leftover() const { return core_->leftover(); }
std::uint64_t Fleet::events() const noexcept { return core_->events(); }

}  // namespace spillway
