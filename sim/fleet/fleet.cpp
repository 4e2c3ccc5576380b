#include "sim/fleet/fleet.hpp"

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"
#include "sim/fleet/backlog.hpp"
#include "sim/fleet/check_spec.hpp"
#include "sim/fleet/control_loop.hpp"
#include "sim/fleet/dispatcher.hpp"
#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"

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
          source_(source) {
        dispatcher_.connect(control_, lifecycle_);
        simulator_.set_feed(*this);
    }

    void run() {
        listen_to_tokens();
        open_window();
        state_.horizon = state_.spec.horizon;
        if (state_.horizon)
            schedule_close();
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
    void start_lost(std::uint32_t worker, SimTime now) override { dispatcher_.start_lost(worker, now); }
    void starts_settled(Pool& pool, SimTime now) override { control_.ready(pool, now); }
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
    void look_ahead();
    void open_window();
    void schedule_close();
    void worker_event(FleetEvent kind, const Event& event, SimTime now);
    void pool_event(FleetEvent kind, const Event& event, SimTime now);
    void window_opens(SimTime now);
    void window_closes(SimTime now);
    void snapshot(SimTime now);

    Simulator simulator_;
    FleetState state_;
    Lifecycle lifecycle_;
    Dispatcher dispatcher_;
    ControlLoop control_;
    RequestSource& source_;
    Leftover leftover_;
    Backlog backlog_;
    std::optional<SimTime> last_arrival_;
    SimTime last_end_;
};

FleetState& Fleet::Core::make_state() {
    check_spec(state_.spec);
    state_.handler = simulator_.add_handler(*this);
    for (const SupplySpec& supply : state_.spec.supplies)
        state_.supplies.emplace_back(supply, state_.spec.hosts);
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

void Fleet::Core::handle(const Event& event, SimTime now) {
    const auto kind = static_cast<FleetEvent>(event.kind);
    const std::uint64_t open = dispatcher_.open_requests();
    switch (kind) {
        case FleetEvent::kServiceChange:
            dispatcher_.service_change(event.a, event.b, now);
            break;
        case FleetEvent::kStopped:
            lifecycle_.stop_done(event.a, event.b, now);
            break;
        case FleetEvent::kDrainLimit:
            lifecycle_.drain_limit(event.a, event.b, now);
            break;
        case FleetEvent::kEnqueue:
        case FleetEvent::kTakeUp:
        case FleetEvent::kReadDone:
        case FleetEvent::kPostDone:
        case FleetEvent::kDeliver:
        case FleetEvent::kRetry:
        case FleetEvent::kStages:
        case FleetEvent::kQueueAge:
        case FleetEvent::kBoundWait:
            dispatcher_.request_event(kind, event.a, event.b, now);
            break;
        case FleetEvent::kPatience:
            dispatcher_.patience_over(event.a, now);
            break;
        case FleetEvent::kOverflow:
            dispatcher_.overflow_due(event.a, now);
            break;
        case FleetEvent::kClientTimeout:
            dispatcher_.client_timeout(event.a, now);
            break;
        case FleetEvent::kSnapshot:
            snapshot(now);
            break;
        case FleetEvent::kWindowOpens:
            window_opens(now);
            break;
        case FleetEvent::kWindowCloses:
            window_closes(now);
            break;
        case FleetEvent::kStartChange:
        case FleetEvent::kStartRetry:
        case FleetEvent::kMaxWait:
        case FleetEvent::kIdle:
        case FleetEvent::kTick:
        case FleetEvent::kWakeAt:
        case FleetEvent::kSample:
            pool_event(kind, event, now);
            break;
    }
    if (dispatcher_.open_requests() == open)
        return;
    last_end_ = now;
    if (!state_.horizon && source_.reacts())
        look_ahead();
}

void Fleet::Core::pool_event(FleetEvent kind, const Event& event, SimTime now) {
    Pool& pool = *state_.pools[event.a];
    switch (kind) {
        case FleetEvent::kStartChange:
            lifecycle_.start_change(pool, now);
            return;
        case FleetEvent::kStartRetry:
            if (pool.spec.binding == Binding::kStart)
                dispatcher_.start_for_waiting(pool, now);
            control_.start_retry(pool, now);
            return;
        case FleetEvent::kMaxWait:
            dispatcher_.max_wait(pool, event.b, now);
            return;
        case FleetEvent::kIdle:
            control_.idle_timer(pool, now);
            return;
        case FleetEvent::kTick:
            control_.tick(pool, now);
            return;
        case FleetEvent::kWakeAt:
            control_.wake_at(pool, event.b, now);
            return;
        case FleetEvent::kSample:
            control_.sample(pool, now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a pool");
    }
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
void Fleet::run() { core_->run(); }
SimTime Fleet::horizon() const { return core_->state().horizon.value(); }
const PoolUsage& Fleet::usage(PoolId pool) const { return core_->state().pools[pool.value]->usage; }
const Leftover& Fleet::leftover() const { return core_->leftover(); }
std::uint64_t Fleet::events() const noexcept { return core_->events(); }

}  // namespace spillway
