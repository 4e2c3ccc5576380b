// Fleet, second part: which part of it each event is for.
#include "sim/core/check.hpp"
#include "sim/fleet/fleet_core.hpp"

namespace spillway {

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
        case FleetEvent::kTimeToLive:
            dispatcher_.time_to_live(event.a, now);
            break;
        case FleetEvent::kInitTimeout:
            lifecycle_.init_timeout(event.a, event.b, now);
            break;
        case FleetEvent::kNoticeOver:
            lifecycle_.notice_over(event.a, event.b, now);
            break;
        case FleetEvent::kSupplyOpens:
            lifecycle_.supply_opens(event.a, now);
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
