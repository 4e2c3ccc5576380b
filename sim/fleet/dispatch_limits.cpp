// Dispatcher: limits on how long a request waits, runs and lives.
#include <algorithm>

#include "sim/fleet/dispatch_path.hpp"

namespace spillway {

/// The attempts of a class with a time-out stand in a list, oldest first, and share one timer.
void Dispatcher::watch_timeout(Request& request, SimTime now) {
    const ClassId class_id = request.sent.class_id;
    ClassState& state = classes_[class_id.value];
    state.open.push_back(request.number, open_links());
    state_.arm(state.timer, now + *state.timeout, Phase::kTimeout,
               state_.event(FleetEvent::kClientTimeout, class_id.value));
}

void Dispatcher::client_timeout(std::uint32_t class_index, SimTime now) {
    ClassState& state = classes_[class_index];
    const Duration timeout = *state.timeout;
    state.timer = {};
    while (!state.open.empty() && at(state.open.front()).arrived + timeout <= now) {
        fail_attempt(at(state.open.front()), Outcome::kTimedOut, "the client's time-out", now);
    }
    if (state.open.empty())
        return;
    state_.arm(state.timer, at(state.open.front()).arrived + timeout, Phase::kTimeout,
               state_.event(FleetEvent::kClientTimeout, class_index));
}

void Dispatcher::watch_patience(Request& request, SimTime now) {
    const std::optional<Distribution>& patience = state_.spec.classes[request.sent.class_id.value].patience;
    if (!patience || request.patience_timer.slot != 0)
        return;
    const Request& whole = whole_of(request);
    RandomStream luck(client_key_, whole.sent.origin, whole.attempt);
    const SimTime from = request.requeues > 0 ? request.counted_from : whole.arrived;
    const SimTime gone = std::max(now, from + patience->duration(luck.uniform()));
    request.patience_timer = state_.simulator.schedule_cancellable(
        gone, Phase::kTimeout, state_.event(FleetEvent::kPatience, request.number));
}

void Dispatcher::patience_over(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    request.patience_timer = {};
    if (request.state == RequestState::kWaiting)
        fail_attempt(request, Outcome::kAbandoned, "the client lost patience", now);
}

void Dispatcher::max_wait(Pool& pool, std::uint32_t lane, SimTime now) {
    pool.lane_timers[lane] = {};
    while (true) {
        const std::uint32_t ticket = pool.queue.lane_front(lane);
        if (ticket == kNoNode)
            return;
        const SimTime limit = pool.queue.since(ticket) + pool.spec.queue.max_wait;
        if (limit > now) {
            state_.arm(pool.lane_timers[lane], limit, Phase::kTimeout,
                       state_.event(FleetEvent::kMaxWait, pool.id.value, lane));
            return;
        }
        Request& request = at(request_of_ticket(ticket));
        if (request.tickets[place_of_ticket(ticket)].ghost) {
            pool.queue.remove(request.number, place_of_ticket(ticket));
        } else {
            waited_too_long(request, pool, now);
        }
    }
}

void Dispatcher::waited_too_long(Request& request, const Pool& pool, SimTime now) {
    if (!pool.spec.queue.late_is_refused) {
        fail_attempt(request, Outcome::kTimedOut, "waited longer than max_wait", now);
        return;
    }
    ++request.setbacks[Setback::kThrottled];
    fail_attempt(request, Outcome::kRejected, "pending limit of the pool", now);
}

/// Requests take slots in order of time, and the limit is the same for all: the first one is due first.
void Dispatcher::watch_execution(Request& request, Pool& pool, SimTime now) {
    pool.running.push_back(request.number, run_links());
    state_.arm(pool.running_timer, now + *pool.spec.execution_timeout, Phase::kTimeout,
               state_.event(FleetEvent::kExecutionTimeout, pool.id.value));
}

void Dispatcher::execution_timeout(Pool& pool, SimTime now) {
    pool.running_timer = {};
    while (!pool.running.empty()) {
        Request& request = at(pool.running.front());
        const SimTime limit = request.assigned + *pool.spec.execution_timeout;
        if (limit > now) {
            state_.arm(pool.running_timer, limit, Phase::kTimeout,
                       state_.event(FleetEvent::kExecutionTimeout, pool.id.value));
            return;
        }
        ++request.setbacks[Setback::kExecutionTimeout];
        const bool retried = state_.spec.classes[request.sent.class_id.value].retry.on_execution_timeout;
        leave_everything(request, now);
        if (!retried && request.is_stage()) [[unlikely]]
            flow_runs_[request.flow_run].forbid_retry(request.stage);
        if (!retried || !retry(request, Outcome::kFailed, now))
            give_up(request, Outcome::kFailed, "execution time-out", now);
    }
}

/// The same for the ages of a class's open requests.
void Dispatcher::watch_age(Request& request) {
    const ClassId class_id = request.sent.class_id;
    ClassState& state = classes_[class_id.value];
    state.by_age.push_back(request.number, age_links());
    state_.arm(state.age_timer, request.sent.at + *state_.spec.classes[class_id.value].ttl, Phase::kTimeout,
               state_.event(FleetEvent::kTimeToLive, class_id.value));
}

void Dispatcher::time_to_live(std::uint32_t class_index, SimTime now) {
    ClassState& state = classes_[class_index];
    const Duration ttl = *state_.spec.classes[class_index].ttl;
    state.age_timer = {};
    while (!state.by_age.empty()) {
        Request& request = at(state.by_age.front());
        if (request.sent.at + ttl > now) {
            state_.arm(state.age_timer, request.sent.at + ttl, Phase::kTimeout,
                       state_.event(FleetEvent::kTimeToLive, class_index));
            return;
        }
        ++request.setbacks[Setback::kTimeToLive];
        leave_everything(request, now);
        give_up(request, Outcome::kTimedOut, "time to live", now);
    }
}

}  // namespace spillway
