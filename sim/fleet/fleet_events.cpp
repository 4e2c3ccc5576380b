// Fleet, second part: which part of it each event is for.
#include "sim/core/check.hpp"
#include "sim/fleet/fleet_core.hpp"

namespace spillway {

void Fleet::Core::handle(const Event& event, SimTime now) {
    const std::uint64_t open = dispatcher_.open_requests();
    pass_on(static_cast<FleetEvent>(event.kind), event, now);
    if (dispatcher_.open_requests() == open)
        return;
    last_end_ = now;
    if (!state_.horizon && source_.reacts())
        look_ahead();
}

void Fleet::Core::pass_on(FleetEvent kind, const Event& event, SimTime now) {
    switch (kind) {
        case FleetEvent::kServiceChange:
            dispatcher_.service_change(event.a, event.b, now);
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
        case FleetEvent::kRollout:
            rollouts_.due(event.a, now);
            break;
        case FleetEvent::kWorldSlot:
        case FleetEvent::kZoneChange:
        case FleetEvent::kSweep:
        case FleetEvent::kReclaim:
        case FleetEvent::kCrash:
        case FleetEvent::kHostFault:
        case FleetEvent::kHostBack:
            mishaps_.handle(kind, event, now);
            break;
        case FleetEvent::kStopped:
        case FleetEvent::kDrainLimit:
        case FleetEvent::kInitTimeout:
        case FleetEvent::kNoticeOver:
        case FleetEvent::kSupplyOpens:
            worker_event(kind, event, now);
            break;
        case FleetEvent::kPatience:
        case FleetEvent::kOverflow:
        case FleetEvent::kClientTimeout:
        case FleetEvent::kTimeToLive:
            client_event(kind, event, now);
            break;
        case FleetEvent::kSnapshot:
        case FleetEvent::kWindowOpens:
        case FleetEvent::kWindowCloses:
            window_event(kind, now);
            break;
        case FleetEvent::kStartChange:
        case FleetEvent::kStartRetry:
        case FleetEvent::kReplace:
        case FleetEvent::kExecutionTimeout:
        case FleetEvent::kMaxWait:
        case FleetEvent::kIdle:
        case FleetEvent::kTick:
        case FleetEvent::kWakeAt:
        case FleetEvent::kSample:
            pool_event(kind, event, now);
            break;
    }
}

void Fleet::Core::worker_event(FleetEvent kind, const Event& event, SimTime now) {
    switch (kind) {
        case FleetEvent::kStopped:
            lifecycle_.stop_done(event.a, event.b, now);
            return;
        case FleetEvent::kDrainLimit:
            lifecycle_.drain_limit(event.a, event.b, now);
            return;
        case FleetEvent::kInitTimeout:
            lifecycle_.init_timeout(event.a, event.b, now);
            return;
        case FleetEvent::kNoticeOver:
            lifecycle_.notice_over(event.a, event.b, now);
            return;
        case FleetEvent::kSupplyOpens:
            lifecycle_.supply_opens(event.a, now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a worker");
    }
}

void Fleet::Core::client_event(FleetEvent kind, const Event& event, SimTime now) {
    switch (kind) {
        case FleetEvent::kPatience:
            dispatcher_.patience_over(event.a, now);
            return;
        case FleetEvent::kOverflow:
            dispatcher_.overflow_due(event.a, now);
            return;
        case FleetEvent::kClientTimeout:
            dispatcher_.client_timeout(event.a, now);
            return;
        case FleetEvent::kTimeToLive:
            dispatcher_.time_to_live(event.a, now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a client");
    }
}

void Fleet::Core::window_event(FleetEvent kind, SimTime now) {
    switch (kind) {
        case FleetEvent::kSnapshot:
            snapshot(now);
            return;
        case FleetEvent::kWindowOpens:
            window_opens(now);
            return;
        case FleetEvent::kWindowCloses:
            window_closes(now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a window");
    }
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
            rollouts_.step(pool, now);
            return;
        case FleetEvent::kReplace:
            if (pool.spec.binding == Binding::kStart)
                dispatcher_.start_for_waiting(pool, now);
            control_.replace_due(pool, now);
            rollouts_.step(pool, now);
            return;
        case FleetEvent::kExecutionTimeout:
            dispatcher_.execution_timeout(pool, now);
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

}  // namespace spillway
