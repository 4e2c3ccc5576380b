// Dispatcher: the ends of requests, good and bad.
#include <algorithm>
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatch_path.hpp"

namespace spillway {
namespace {

/// What an observer is told of a request that completed.
RequestRecord delivered_record(const Request& request, SimTime now) {
    const Arrival& sent = request.sent;
    const ServiceEnd& served = request.served;
    const Duration start = request.cold_start + request.load;
    return {.origin = sent.origin,
            .class_id = sent.class_id,
            .outcome = Outcome::kCompleted,
            .reason = {},
            .attempts = request.attempt + 1,
            .input_tokens = sent.input_tokens,
            .output_tokens = sent.output_tokens - served.tokens_cut,
            .tokens_cut = served.tokens_cut,
            .pool = request.serving_pool,
            .worker = request.worker,
            .arrived = sent.at,
            .delivered = now,
            // In the order of LatencyPart.
            .parts = {request.counted_from - sent.at, served.scheduled - request.counted_from - start,
                      request.cold_start, request.load, served.first_token - served.scheduled,
                      served.last_token - served.first_token, now - served.last_token},
            .engine_queue = served.scheduled - request.assigned - request.take_up,
            .gateway = request.gateway,
            .measured = request.counts,
            .cold = start > Duration::zero(),
            .exposed = request.exposed,
            .overflowed = request.overflowed,
            .base_sooner = request.base_sooner,
            .requeues = request.requeues,
            .preemptions = served.preemptions,
            .setbacks = request.setbacks,
            .answer = {}};
}

}  // namespace

/// What an observer is told of one that did not complete: its time was lost or queueing, and its client has
/// no tokens.
RequestRecord Dispatcher::failed_record(const Request& request, Outcome outcome, std::string_view reason,
                                        SimTime now) {
    const Arrival& sent = request.sent;
    return {.origin = sent.origin,
            .class_id = sent.class_id,
            .outcome = outcome,
            .reason = reason,
            .attempts = request.attempt + 1,
            .input_tokens = sent.input_tokens,
            .output_tokens = 0,
            .tokens_cut = 0,
            .pool = {},
            .worker = {},
            .arrived = sent.at,
            .delivered = now,
            .parts = {request.counted_from - sent.at, now - request.counted_from},
            .engine_queue = {},
            .gateway = {},
            .measured = request.counts,
            .cold = false,
            .exposed = request.exposed,
            .overflowed = request.overflowed,
            .base_sooner = request.base_sooner,
            .requeues = request.requeues,
            .preemptions = 0,
            .setbacks = request.setbacks,
            .answer = {}};
}

void Dispatcher::request_event(FleetEvent kind, std::uint32_t number, std::uint32_t generation, SimTime now) {
    Request& request = at(number);
    if (request.generation != generation)
        return;
    switch (kind) {
        case FleetEvent::kEnqueue:
            enter_first_pool(request, now);
            return;
        case FleetEvent::kTakeUp:
            admit(request, worker_of(request), now);
            watch_service(worker_of(request), now);
            return;
        case FleetEvent::kReadDone:
            read_done(request, now);
            return;
        case FleetEvent::kPostDone:
            if (request.has_slot)
                leave_worker(request, now);
            return_answer(request, now);
            return;
        case FleetEvent::kDeliver:
            end(request, request.is_staged() ? staged_record(request, now) : delivered_record(request, now));
            return;
        case FleetEvent::kRetry:
            begin_attempt(request, now);
            return;
        case FleetEvent::kStages:
            stages_due(request, now);
            return;
        case FleetEvent::kQueueAge:
            if (request.state == RequestState::kWaiting)
                queue_age_reached(request, now);
            return;
        case FleetEvent::kBoundWait:
            if (request.state == RequestState::kWaiting && request.bound_until == now)
                waited_too_long(request, waiting_in(request), now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of a request");
    }
}

/// Where it is bound, else the first pool in whose queue it stands.
const Pool& Dispatcher::waiting_in(const Request& request) {
    if (request.bound)
        return state_.pool_of(worker_of(request));
    for (const Ticket& ticket : request.own_tickets()) {
        if (ticket.queued && !ticket.ghost)
            return pool_at(ticket.pool);
    }
    return pool_at(request.tickets[0].pool);
}

/// The age wakes the policy of the pool that asked for it; a request may stand in several.
void Dispatcher::queue_age_reached(const Request& request, SimTime now) {
    for (const Ticket& ticket : request.own_tickets()) {
        if (!ticket.queued || ticket.ghost)
            continue;
        Pool& pool = pool_at(ticket.pool);
        if (pool.wakes.queue_age && ticket.since + *pool.wakes.queue_age == now)
            control_->queue_age(pool, now);
    }
    if (!request.bound)
        return;
    Pool& pool = state_.pool_of(worker_of(request));
    if (pool.wakes.queue_age)
        control_->queue_age(pool, now);
}

void Dispatcher::return_answer(Request& request, SimTime now) {
    const Pool& pool = pool_at(request.serving_pool);
    Duration way_out{0};
    if (pool.path != nullptr) {
        way_out = pool.path->gateway_out(request.sent.origin, request.attempt);
    }
    const Duration wait = until_poll(request, now) + way_out;
    if (wait == Duration::zero()) {
        end(request, delivered_record(request, now));
        return;
    }
    request.state = RequestState::kReturning;
    request.gateway += way_out;
    state_.simulator.schedule(now + wait, Phase::kFinish, event_of(request, FleetEvent::kDeliver));
}

/// A client that polls asks first one period after it has sent; one that has its answer by an open connection
/// has it at once, and so has the flow that a stage belongs to.
Duration Dispatcher::until_poll(const Request& request, SimTime now) const {
    const std::optional<Duration>& poll = classes_[request.sent.class_id.value].poll;
    if (!poll || request.is_stage())
        return Duration::zero();
    const Duration since = now - request.arrived;
    return since == Duration::zero() ? *poll : (*poll - since % *poll) % *poll;
}

void Dispatcher::fail_attempt(Request& request, Outcome outcome, std::string_view reason, SimTime now) {
    leave_everything(request, now);
    if (!retry(request, outcome, now))
        give_up(request, outcome, reason, now);
}

void Dispatcher::give_up(Request& request, Outcome outcome, std::string_view reason, SimTime now) {
    end(request, failed_record(request, outcome, reason, now));
}

void Dispatcher::leave_everything(Request& request, SimTime now) {
    if (!request.is_staged())
        tell(RequestStepKind::kLost, request, pool_at(request.serving_pool), now);
    if (request.has_slot) {
        Worker& worker = worker_of(request);
        if (request.state == RequestState::kServing)
            worker.service->remove({request.number}, now);
        state_.pool_of(worker).clock.note_failed_slot_time(request.assigned, now);
        leave_worker(request, now);
    } else if (request.state == RequestState::kPost || request.state == RequestState::kReturning) {
        pool_at(request.serving_pool).clock.note_failed_slot_time(request.assigned, request.freed);
    } else if (request.state == RequestState::kStaged) {
        withdraw_stages(request, now);
    } else if (request.state == RequestState::kWaiting) {
        leave_waiting(request, now);
        for (const Ticket& ticket : request.own_tickets()) cancel_idle_starts(pool_at(ticket.pool), now);
    }
}

void Dispatcher::leave_waiting(Request& request, SimTime now) {
    if (!request.bound) {
        leave_queues(request);
        return;
    }
    Worker& worker = worker_of(request);
    const int before = WorkerIndex::load_of(worker);
    leave_queues(request);
    settle(worker, state_.pool_of(worker), before, now);
}

/// Frees the request's slot outside of a service change, and lets the next one in.
void Dispatcher::leave_worker(Request& request, SimTime now) {
    Worker& worker = worker_of(request);
    Pool& pool = state_.pool_of(worker);
    const int before = WorkerIndex::load_of(worker);
    free_slot(request, worker, pool, now);
    fill(worker, pool, now);
    watch_service(worker, now);
    settle(worker, pool, before, now);
    control_->freed(pool, now);
}

void Dispatcher::unbind(Request& request) {
    Worker& worker = worker_of(request);
    worker.bound.remove(request.number, bound_links());
    request.bound = false;
    Pool& pool = state_.pool_of(worker);
    pool.weigh_load(state_.simulator.now());
    --pool.bound_waiting;
}

bool Dispatcher::retry(Request& request, Outcome outcome, SimTime now) {
    const RetrySpec& spec = state_.spec.classes[request.sent.class_id.value].retry;
    const bool wanted = (outcome == Outcome::kRejected && spec.on_rejected) ||
                        (outcome == Outcome::kTimedOut && spec.on_timed_out) ||
                        (outcome == Outcome::kFailed && spec.on_failed);
    const bool is_retried =
        !request.is_stage() || classes_[request.sent.class_id.value].flow->retry == FlowRetry::kStage;
    if (!wanted || !is_retried || request.attempt + 1 >= spec.attempts)
        return false;
    forget_timeout(request);
    RandomStream luck(retry_key_, request.sent.origin, request.attempt);
    const double stretch =
        std::pow(spec.factor, request.attempt) * (1 + spec.jitter * (2 * luck.uniform() - 1));
    if (!request.is_staged())
        ++pool_at(request.serving_pool).ended;
    ++request.attempt;
    ++request.generation;
    request.state = RequestState::kBackoff;
    state_.simulator.schedule(now + from_seconds(to_seconds(spec.backoff) * stretch), Phase::kArrival,
                              event_of(request, FleetEvent::kRetry));
    return true;
}

void Dispatcher::end(Request& request, const RequestRecord& record) {
    if (request.is_stage()) [[unlikely]] {
        stage_ended(request, record);
        return;
    }
    if (!request.is_staged())
        tell(RequestStepKind::kEnds, request, pool_at(request.serving_pool), record.delivered);
    for (RequestObserver* observer : state_.request_observers) observer->request_ended(record);
    const ClassId class_id = request.sent.class_id;
    if (state_.spec.classes[class_id.value].ttl)
        classes_[class_id.value].by_age.remove(request.number, age_links());
    const bool between_attempts = request.state == RequestState::kBackoff;  // the last one has ended already
    if (request.is_staged()) [[unlikely]] {
        flow_runs_.release(request.flow_run);
    } else if (!between_attempts) {
        ++pool_at(request.serving_pool).ended;
    }
    if (!between_attempts)
        forget_timeout(request);
    request.state = RequestState::kFree;
    ++request.generation;
    state_.requests.release(request.number);
    --open_;
    state_.simulator.release();
    if (reacts_)
        tell_client(record, request.sent.session, request.sent.turn);
}

void Dispatcher::tell_client(const RequestRecord& record, std::uint64_t session, std::uint32_t turn) {
    source_.answered({record.origin, session, turn, record.class_id, record.outcome, record.delivered,
                      record.output_tokens});
    announce_next();
}

}  // namespace spillway
