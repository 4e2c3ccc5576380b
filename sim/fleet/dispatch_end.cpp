// Dispatcher, third part: the ends of requests, good and bad.
#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatcher.hpp"

namespace spillway {

void Dispatcher::request_event(FleetEvent kind, std::uint32_t number, std::uint32_t generation, SimTime now) {
    Request& request = at(number);
    if (request.generation != generation)
        return;
    switch (kind) {
        case FleetEvent::kEnqueue:
            enter_first_pool(number, now);
            return;
        case FleetEvent::kTakeUp:
            admit(number, now);
            watch_service(request.worker.value, now);
            return;
        case FleetEvent::kPostDone:
            if (request.has_slot)
                leave_worker(number, now);
            return_answer(number, now);
            return;
        case FleetEvent::kDeliver:
            end(number, Outcome::kCompleted, {}, now);
            return;
        case FleetEvent::kRetry:
            begin_attempt(number, now);
            return;
        case FleetEvent::kQueueAge:
            if (request.state == RequestState::kWaiting)
                queue_age_reached(number, now);
            return;
        case FleetEvent::kBoundWait:
            if (request.state == RequestState::kWaiting && request.bound_until == now)
                fail_attempt(number, Outcome::kTimedOut, "waited longer than max_wait", now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a request");
    }
}

/// The age wakes the policy of the pool that asked for it; a request may stand in two.
void Dispatcher::queue_age_reached(std::uint32_t number, SimTime now) {
    const Request& request = at(number);
    for (std::uint32_t which = 0; which < 2; ++which) {
        const Ticket& ticket = request.tickets[which];
        if (!ticket.queued || ticket.ghost)
            continue;
        Pool& pool = pool_at(ticket.pool);
        const SimTime since = pool.queue.since(ticket_number(number, which));
        if (pool.wakes.queue_age && since + *pool.wakes.queue_age == now)
            control_->queue_age(pool, now);
    }
    if (!request.bound)
        return;
    Pool& pool = state_.pool_of(state_.workers[request.worker.value]);
    if (pool.wakes.queue_age)
        control_->queue_age(pool, now);
}

void Dispatcher::return_answer(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    const Pool& pool = pool_at(request.serving_pool);
    Duration way_out{0};
    if (pool.spec.path && !pool.spec.path->is_free()) {
        way_out = pool.spec.path->gateway_out(request.origin, request.attempt);
    }
    if (way_out == Duration::zero()) {
        end(number, Outcome::kCompleted, {}, now);
        return;
    }
    request.state = RequestState::kReturning;
    request.gateway += way_out;
    state_.simulator.schedule(now + way_out, Phase::kFinish,
                              state_.event(FleetEvent::kDeliver, number, request.generation));
}

void Dispatcher::patience_over(std::uint32_t number, SimTime now) {
    at(number).patience_timer = {};
    if (at(number).state == RequestState::kWaiting) {
        fail_attempt(number, Outcome::kAbandoned, "the client lost patience", now);
    }
}

void Dispatcher::client_timeout(std::uint32_t class_index, SimTime now) {
    ClassState& state = classes_[class_index];
    const Duration timeout = *state_.spec.classes[class_index].timeout;
    state.timer = {};
    while (!state.open.empty() && at(state.open.front()).arrived + timeout <= now) {
        fail_attempt(state.open.front(), Outcome::kTimedOut, "the client's time-out", now);
    }
    if (state.open.empty())
        return;
    state_.arm(state.timer, at(state.open.front()).arrived + timeout, Phase::kTimeout,
               state_.event(FleetEvent::kClientTimeout, class_index));
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
        const std::uint32_t number = request_of_ticket(ticket);
        if (at(number).tickets[ticket % 2].ghost) {
            pool.queue.remove(number, ticket % 2);
        } else {
            fail_attempt(number, Outcome::kTimedOut, "waited longer than max_wait", now);
        }
    }
}

void Dispatcher::drain_limit_reached(std::uint32_t worker, SimTime now) {
    for (std::uint32_t number = 0; number < state_.requests.size(); ++number) {
        const Request& request = at(number);
        const bool there = request.has_slot || request.bound;
        if (request.state != RequestState::kFree && there && request.worker.value == worker) {
            fail_attempt(number, Outcome::kFailed, "its worker was stopped at the drain limit", now);
        }
    }
}

void Dispatcher::fail_attempt(std::uint32_t number, Outcome outcome, std::string_view reason, SimTime now) {
    leave_everything(number, now);
    if (!retry(number, outcome, now))
        end(number, outcome, reason, now);
}

void Dispatcher::leave_everything(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    if (request.has_slot) {
        Worker& worker = state_.workers[request.worker.value];
        if (request.state == RequestState::kServing)
            worker.service->remove({number}, now);
        state_.pool_of(worker).clock.note_failed_slot_time(request.assigned, now);
        leave_worker(number, now);
    } else if (request.state == RequestState::kPost || request.state == RequestState::kReturning) {
        pool_at(request.serving_pool).clock.note_failed_slot_time(request.assigned, request.freed);
    } else if (request.state == RequestState::kWaiting) {
        leave_waiting(number, now);
        for (const Ticket& ticket : request.tickets) cancel_idle_starts(pool_at(ticket.pool), now);
    }
}

void Dispatcher::leave_waiting(std::uint32_t number, SimTime now) {
    if (!at(number).bound) {
        leave_queues(number);
        return;
    }
    const std::uint32_t worker = at(number).worker.value;
    const int before = WorkerIndex::load_of(state_.workers[worker]);
    leave_queues(number);
    settle(worker, before, now);
}

/// Frees the request's slot outside of a service change, and lets the next one in.
void Dispatcher::leave_worker(std::uint32_t number, SimTime now) {
    const std::uint32_t worker = at(number).worker.value;
    const int before = WorkerIndex::load_of(state_.workers[worker]);
    free_slot(number, now);
    fill(worker, now);
    Pool& pool = state_.pool_of(state_.workers[worker]);
    watch_service(worker, now);
    settle(worker, before, now);
    control_->freed(pool, now);
}

/// Leaves every queue it stands in and the worker it is bound to, which the caller settles.
void Dispatcher::leave_queues(std::uint32_t number) {
    Request& request = at(number);
    for (std::uint32_t which = 0; which < 2; ++which) {
        const Ticket& ticket = request.tickets[which];
        if (!ticket.queued)
            continue;
        Pool& pool = pool_at(ticket.pool);
        request.exposed |= pool.started_after(pool.queue.since(ticket_number(number, which)));
        pool.queue.remove(number, which);
    }
    if (request.bound)
        unbind(number);
    if (request.patience_timer.slot != 0)
        state_.simulator.cancel(std::exchange(request.patience_timer, {}));
    if (request.overflow_timer.slot != 0)
        state_.simulator.cancel(std::exchange(request.overflow_timer, {}));
}

void Dispatcher::unbind(std::uint32_t number) {
    Request& request = at(number);
    Worker& worker = state_.workers[request.worker.value];
    Pool& pool = state_.pool_of(worker);
    worker.bound.remove(number, bound_links());
    request.bound = false;
    --pool.bound_waiting;
}

/// A start whose requests are gone is cancelled, where the pool says so.
void Dispatcher::cancel_idle_starts(Pool& pool, SimTime now) {
    if (!pool.spec.cancel_starting || pool.waiting() > 0)
        return;
    const int kept = std::max(pool.last_decision.floor + pool.last_decision.buffer, pool.spec.min_workers);
    while (!pool.coming.empty() && pool.present() > kept) {
        lifecycle_->retire(pool.coming.back(), std::nullopt, now);
    }
}

bool Dispatcher::retry(std::uint32_t number, Outcome outcome, SimTime now) {
    Request& request = at(number);
    const RetrySpec& spec = state_.spec.classes[request.class_id.value].retry;
    const bool wanted = (outcome == Outcome::kRejected && spec.on_rejected) ||
                        (outcome == Outcome::kTimedOut && spec.on_timed_out) ||
                        (outcome == Outcome::kFailed && spec.on_failed);
    if (!wanted || request.attempt + 1 >= spec.attempts)
        return false;
    classes_[request.class_id.value].open.remove(number, open_links());
    RandomStream luck(retry_key_, request.origin, request.attempt);
    const double stretch =
        std::pow(spec.factor, request.attempt) * (1 + spec.jitter * (2 * luck.uniform() - 1));
    ++pool_at(request.serving_pool).ended;
    ++request.attempt;
    ++request.generation;
    request.state = RequestState::kBackoff;
    state_.simulator.schedule(now + from_seconds(to_seconds(spec.backoff) * stretch), Phase::kArrival,
                              state_.event(FleetEvent::kRetry, number, request.generation));
    return true;
}

void Dispatcher::end(std::uint32_t number, Outcome outcome, std::string_view reason, SimTime now) {
    Request& request = at(number);
    RequestRecord record;
    record.outcome = outcome;
    record.reason = reason;
    attribute(request, record, now);
    ++pool_at(request.serving_pool).ended;
    for (RequestObserver* observer : state_.request_observers) observer->request_ended(record);
    const ClientAnswer answer{request.origin,
                              request.session,
                              request.turn,
                              request.class_id,
                              outcome,
                              now,
                              outcome == Outcome::kCompleted ? request.output_tokens : 0};
    classes_[request.class_id.value].open.remove(number, open_links());
    request.state = RequestState::kFree;
    ++request.generation;
    state_.requests.release(number);
    --open_;
    state_.simulator.release();
    if (source_.reacts()) {
        source_.answered(answer);
        announce_next();
    }
}

void Dispatcher::attribute(const Request& request, RequestRecord& record, SimTime now) const {
    record.origin = request.origin;
    record.class_id = request.class_id;
    record.attempts = request.attempt + 1;
    record.input_tokens = request.input_tokens;
    record.arrived = request.first_arrived;
    record.delivered = now;
    record.measured = request.counts;
    record.exposed = request.exposed;
    record.overflowed = request.overflowed;
    record.base_sooner = request.base_sooner;
    auto part = [&record](LatencyPart which) -> Duration& {
        return record.parts[static_cast<std::size_t>(which)];
    };
    part(LatencyPart::kLost) = request.arrived - request.first_arrived;
    if (record.outcome != Outcome::kCompleted) {
        part(LatencyPart::kQueue) = now - request.arrived;
        return;
    }
    const ServiceEnd& served = request.served;
    record.output_tokens = request.output_tokens;
    record.gateway = request.gateway;
    record.pool = request.serving_pool;
    record.worker = request.worker;
    record.cold = request.cold_start + request.load > Duration::zero();
    record.engine_queue = served.scheduled - request.assigned - request.take_up;
    part(LatencyPart::kColdStart) = request.cold_start;
    part(LatencyPart::kLoad) = request.load;
    part(LatencyPart::kQueue) = served.scheduled - request.arrived - request.cold_start - request.load;
    part(LatencyPart::kPrefill) = served.first_token - served.scheduled;
    part(LatencyPart::kDecode) = served.last_token - served.first_token;
    part(LatencyPart::kPost) = now - served.last_token;
}

}  // namespace spillway
