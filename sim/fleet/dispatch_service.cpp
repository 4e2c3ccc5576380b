// Dispatcher: requests on workers.
#include <algorithm>

#include "sim/fleet/dispatch_path.hpp"

namespace spillway {
namespace {

/// A policy that looks neither at requests nor at the clock, of a fixed size for example, would not start
/// again what was cancelled.
bool starts_for_requests(const Wakes& wakes) {
    return wakes.unserved || wakes.arrived || wakes.queue_age || wakes.tick;
}

}  // namespace

/// The overlap of the request's wait with the start of the worker that takes it. Whoever another worker takes
/// first was queueing.
void Dispatcher::charge_start(Request& request, const Worker& worker) const {
    SimTime begin = worker.started;
    for (const StartStretch& stretch : worker.path) {
        const Duration overlap = std::min(stretch.end, request.assigned) - std::max(begin, request.entered);
        if (overlap > Duration::zero())
            (is_cold_start(stretch.phase) ? request.cold_start : request.load) += overlap;
        begin = stretch.end;
    }
    request.exposed |= request.cold_start + request.load > Duration::zero();
}

/// The slot is kept until the worker takes the request up; false: it does so at once.
bool Dispatcher::reserve(Request& request, const Pool& pool, SimTime now) {
    request.take_up = pool.path->take_up(request.sent.origin, request.attempt);
    if (request.take_up == Duration::zero())
        return false;
    request.state = RequestState::kReserved;
    request.gateway += request.take_up;
    state_.simulator.schedule(now + request.take_up, Phase::kReady, event_of(request, FleetEvent::kTakeUp));
    return true;
}

void Dispatcher::service_change(std::uint32_t number, std::uint32_t generation, SimTime now) {
    Worker& worker = state_.workers[number];
    if (worker.change_generation != generation)
        return;
    Pool& pool = state_.pool_of(worker);
    worker.next_change.reset();
    const int before = WorkerIndex::load_of(worker);
    ended_.clear();
    worker.service->advance(now, ended_);
    if (ended_.empty()) {
        watch_service(worker, now);
        return;
    }
    for (const ServiceEnd& end : ended_) served(end, worker, pool, now);
    fill(worker, pool, now);
    settle(worker, pool, before, now);
    watch_service(worker, now);
    control_->freed(pool, now);
}

void Dispatcher::served(const ServiceEnd& end, Worker& worker, Pool& pool, SimTime now) {
    Request& request = at(end.slot.value);
    SPILLWAY_CHECK(request.state == RequestState::kServing && request.has_slot, "an engine ended a stranger");
    request.served = end;
    if (end.rejected) {
        turned_down(request, worker, pool, now);
        return;
    }
    SPILLWAY_CHECK(end.scheduled >= request.assigned && end.first_token >= end.scheduled &&
                       end.last_token >= end.first_token && end.reading >= Duration::zero(),
                   "a request's stamps run backwards");
    SPILLWAY_CHECK(end.tokens_cut <= request.sent.output_tokens, "more was cut than there was");
    request.state = RequestState::kPost;
    const SimTime read = end.last_token + end.reading;
    if (read > now) {
        state_.simulator.schedule(read, Phase::kFinish, event_of(request, FleetEvent::kReadDone));
        return;
    }
    const Duration post = post_time(request, pool);
    if (post == Duration::zero() || !pool.path->post_holds_slot())
        free_slot(request, worker, pool, now);
    return_after(request, post, now);
}

/// A slow client has the last token: what follows is as after the last token of a fast one.
void Dispatcher::read_done(Request& request, SimTime now) {
    const Pool& pool = pool_at(request.serving_pool);
    const Duration post = post_time(request, pool);
    if (post == Duration::zero() || !pool.path->post_holds_slot())
        leave_worker(request, now);
    return_after(request, post, now);
}

Duration Dispatcher::post_time(const Request& request, const Pool& pool) const {
    if (pool.path == nullptr)
        return Duration::zero();
    return pool.path->post(request.sent.origin, request.attempt,
                           request.sent.output_tokens - request.served.tokens_cut);
}

void Dispatcher::return_after(Request& request, Duration post, SimTime now) {
    if (post == Duration::zero()) {
        return_answer(request, now);
    } else {
        state_.simulator.schedule(now + post, Phase::kFinish, event_of(request, FleetEvent::kPostDone));
    }
}

void Dispatcher::turned_down(Request& request, Worker& worker, Pool& pool, SimTime now) {
    free_slot(request, worker, pool, now);
    pool.clock.note_failed_slot_time(request.assigned, now);
    fail_attempt(request, Outcome::kRejected, "too large for a worker of the pool", now);
}

/// Who goes next on this worker: those bound to it, then the pool's queue. A ghost that comes up learns that
/// this pool would have taken it sooner.
Request* Dispatcher::next_for(Pool& pool, const Worker& worker) {
    if (!worker.bound.empty())
        return &at(worker.bound.front());
    if (!worker.is_ready())
        return nullptr;  // it drains: only what it holds already
    while (true) {
        const std::uint32_t ticket = pool.queue.front();
        if (ticket == kNoNode)
            return nullptr;
        Request& request = at(request_of_ticket(ticket));
        if (!request.tickets[place_of_ticket(ticket)].ghost)
            return &request;
        request.base_sooner = true;
        if (pool.clock.is_open())
            ++pool.usage.overflowed_base_sooner;
        pool.queue.remove(request.number, place_of_ticket(ticket));
    }
}

void Dispatcher::change_state(Worker& worker, Pool& pool, int before, SimTime now) {
    const int load = WorkerIndex::load_of(worker);
    if (!worker.is_ready()) {
        if (worker.state() == WorkerState::kDraining && load == 0)
            lifecycle_->drained(worker.number, now);
        return;
    }
    const bool was_idle = worker.state() == WorkerState::kIdle;
    if (load != before) {
        pool.clock.advance(now);
        if (load == 0)
            worker.idle_since = now;
        pool.index.reload(worker.number, before, load);
        pool.settle_counts();
    }
    if (load > 0 && was_idle)
        worker.clock.enter(WorkerState::kBusy, now);
    if (load == 0 && !was_idle) {
        worker.clock.enter(WorkerState::kIdle, now);
        control_->idle(pool, now);
    }
}

void Dispatcher::worker_ready(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    const int before = WorkerIndex::load_of(worker);
    fill(worker, pool, now);
    settle(worker, pool, before, now);
    watch_service(worker, now);
    if (worker.state() == WorkerState::kIdle)
        control_->idle(pool, now);
}

void Dispatcher::start_lost(std::uint32_t number, LifeEnd end, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    while (!worker.bound.empty()) {
        Request& request = at(worker.bound.front());
        unbind(request);
        stand_in_queue(pool, request, place_in(request, pool), now);
    }
    offer_slots(pool, now);
    if (end == LifeEnd::kFailed) {
        control_->retry_start_later(pool, now);
    } else {
        control_->look_again_later(pool, now);
    }
}

/// A start whose requests are gone is cancelled, where the pool says so.
void Dispatcher::cancel_idle_starts(Pool& pool, SimTime now) {
    if (!pool.spec.cancel_starting || !starts_for_requests(pool.wakes) || pool.waiting() > 0)
        return;
    const int kept = std::max(pool.last_decision.floor + pool.last_decision.buffer, pool.spec.min_workers);
    // Those that a rollout has in excess start for no request.
    while (pool.asked + pool.starting > std::max(pool.surplus, 0) && pool.present() > kept) {
        lifecycle_->retire(pool.coming.back(), std::nullopt, now);
    }
}

/// Requests came back to the queue: workers with free slots take them.
void Dispatcher::offer_slots(Pool& pool, SimTime now) {
    while (pool.queue.length() > 0 && pool.index.has_room()) {
        Worker& worker = state_.workers[pool.index.warmest().value];
        const int before = WorkerIndex::load_of(worker);
        fill(worker, pool, now);
        settle(worker, pool, before, now);
        watch_service(worker, now);
    }
}

}  // namespace spillway
