// Dispatcher, second part: a request on its worker.
#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatcher.hpp"

namespace spillway {

/// The overlap of the request's wait with the start of the worker that takes it. Whoever another worker takes
/// first was queueing.
void Dispatcher::charge_start(Request& request, const Worker& worker) const {
    if (!worker.ready || *worker.ready <= request.entered)
        return;
    SimTime begin = worker.started;
    for (const StartStretch& stretch : worker.path) {
        const Duration overlap = std::min(stretch.end, request.assigned) - std::max(begin, request.entered);
        if (overlap > Duration::zero())
            (is_cold_start(stretch.phase) ? request.cold_start : request.load) += overlap;
        begin = stretch.end;
    }
}

/// Gives a waiting or arriving request a slot on a worker that has one. The caller settles the worker.
void Dispatcher::assign(std::uint32_t number, std::uint32_t worker_number, SimTime now) {
    Request& request = at(number);
    Worker& worker = state_.workers[worker_number];
    Pool& pool = state_.pool_of(worker);
    if (request.state == RequestState::kWaiting)
        leave_queues(number);
    request.worker = {worker_number};
    request.serving_pool = pool.id;
    request.has_slot = true;
    request.assigned = now;
    charge_start(request, worker);
    request.exposed |= request.cold_start + request.load > Duration::zero();
    pool.clock.advance(now);
    pool.clock.add_in_flight(1);
    ++pool.in_flight;
    if (worker.state() == WorkerState::kDraining)
        ++pool.in_flight_draining;
    ++worker.in_flight;
    if (pool.spec.path && !pool.spec.path->is_free()) {
        request.take_up = pool.spec.path->take_up(request.origin, request.attempt);
        if (request.take_up > Duration::zero()) {
            request.state = RequestState::kReserved;
            request.gateway += request.take_up;
            state_.simulator.schedule(now + request.take_up, Phase::kReady,
                                      state_.event(FleetEvent::kTakeUp, number, request.generation));
            return;
        }
    }
    admit(number, now);
}

void Dispatcher::admit(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    request.state = RequestState::kServing;
    ServiceRequest job;
    job.slot = {number};
    job.origin = request.origin;
    job.attempt = request.attempt;
    job.class_id = request.class_id;
    job.input_tokens = request.input_tokens;
    job.output_tokens = request.output_tokens;
    job.max_tokens = request.max_tokens;
    job.measured = request.measured_service;
    job.prefix_blocks = request.prefix_blocks;
    state_.workers[request.worker.value].service->admit(job, now);
}

/// Schedules the worker's next service change if it is not the one that is pending.
void Dispatcher::watch_service(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    if (!worker.service)
        return;
    const std::optional<SimTime> next = worker.service->next_change();
    if (next == worker.next_change)
        return;
    worker.next_change = next;
    ++worker.change_generation;
    if (!next)
        return;
    SPILLWAY_CHECK(*next >= now, "a service model changes in the past");
    state_.simulator.schedule(*next, Phase::kFinish,
                              state_.event(FleetEvent::kServiceChange, number, worker.change_generation));
}

void Dispatcher::service_change(std::uint32_t number, std::uint32_t generation, SimTime now) {
    Worker& worker = state_.workers[number];
    if (worker.change_generation != generation)
        return;
    worker.next_change.reset();
    const int before = WorkerIndex::load_of(worker);
    ended_.clear();
    worker.service->advance(now, ended_);
    for (const ServiceEnd& end : ended_) served(end.slot.value, end, now);
    fill(number, now);
    settle(number, before, now);
    watch_service(number, now);
    if (!ended_.empty())
        control_->freed(state_.pool_of(worker), now);
}

void Dispatcher::served(std::uint32_t number, const ServiceEnd& end, SimTime now) {
    Request& request = at(number);
    SPILLWAY_CHECK(request.state == RequestState::kServing && request.has_slot, "an engine ended a stranger");
    request.served = end;
    Pool& pool = state_.pool_of(state_.workers[request.worker.value]);
    if (end.rejected) {
        free_slot(number, now);
        pool.clock.note_failed_slot_time(request.assigned, now);
        fail_attempt(number, Outcome::kRejected, "too large for a worker of the pool", now);
        return;
    }
    SPILLWAY_CHECK(end.scheduled >= request.assigned && end.first_token >= end.scheduled &&
                       end.last_token >= end.first_token && end.last_token <= now,
                   "a request's stamps run backwards");
    request.state = RequestState::kPost;
    Duration post{0};
    if (pool.spec.path && !pool.spec.path->is_free()) {
        post = pool.spec.path->post(request.origin, request.attempt, request.output_tokens);
    }
    if (post == Duration::zero() || !pool.spec.path->post_holds_slot())
        free_slot(number, now);
    if (post == Duration::zero()) {
        return_answer(number, now);
        return;
    }
    state_.simulator.schedule(now + post, Phase::kFinish,
                              state_.event(FleetEvent::kPostDone, number, request.generation));
}

/// The request leaves its slot. The caller fills and settles the worker.
void Dispatcher::free_slot(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    Worker& worker = state_.workers[request.worker.value];
    Pool& pool = state_.pool_of(worker);
    pool.clock.advance(now);
    pool.clock.add_in_flight(-1);
    --pool.in_flight;
    if (worker.state() == WorkerState::kDraining)
        --pool.in_flight_draining;
    --worker.in_flight;
    pool.last_active = now;
    request.has_slot = false;
    request.freed = now;
}

/// Gives the worker's free slots to those that wait.
void Dispatcher::fill(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    if (!worker.is_ready() && worker.state() != WorkerState::kDraining)
        return;
    Pool& pool = state_.pool_of(worker);
    while (worker.in_flight < pool.spec.concurrency) {
        const std::uint32_t request = next_for(pool, number);
        if (request == kNoNode)
            return;
        assign(request, number, now);
    }
}

/// Who goes next on this worker: those bound to it, then the pool's queue. A ghost that comes up learns that
/// this pool would have taken it sooner.
std::uint32_t Dispatcher::next_for(Pool& pool, std::uint32_t number) {
    const Worker& worker = state_.workers[number];
    if (!worker.bound.empty())
        return worker.bound.front();
    if (!worker.is_ready())
        return kNoNode;  // it drains: only what it holds already
    while (true) {
        const std::uint32_t ticket = pool.queue.front();
        if (ticket == kNoNode)
            return kNoNode;
        const std::uint32_t request = request_of_ticket(ticket);
        if (!at(request).tickets[ticket % 2].ghost)
            return request;
        at(request).base_sooner = true;
        if (pool.clock.is_open())
            ++pool.usage.overflowed_base_sooner;
        pool.queue.remove(request, ticket % 2);
    }
}

/// Brings index, clocks and state in line after the worker's load changed from `before`.
void Dispatcher::settle(std::uint32_t number, int before, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    if (!worker.is_ready()) {
        const bool empty = WorkerIndex::load_of(worker) == 0;
        if (worker.state() == WorkerState::kDraining && empty)
            lifecycle_->drained(number, now);
        return;
    }
    const int load = WorkerIndex::load_of(worker);
    const bool was_idle = worker.state() == WorkerState::kIdle;
    if (load != before) {
        pool.clock.advance(now);
        if (load == 0)
            worker.idle_since = now;
        pool.index.reload(number, before);
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
    const int before = WorkerIndex::load_of(state_.workers[number]);
    fill(number, now);
    settle(number, before, now);
    watch_service(number, now);
    Worker& worker = state_.workers[number];
    if (worker.state() == WorkerState::kIdle)
        control_->idle(state_.pool_of(worker), now);
}

void Dispatcher::start_lost(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    while (!worker.bound.empty()) {
        const std::uint32_t request = worker.bound.front();
        const std::uint32_t which = at(request).tickets[0].pool == pool.id ? 0 : 1;
        unbind(request);
        stand_in_queue(pool, request, which, now);
    }
    offer_slots(pool, now);
    control_->retry_start_later(pool, now);
}

/// Requests came back to the queue: workers with free slots take them.
void Dispatcher::offer_slots(Pool& pool, SimTime now) {
    while (pool.queue.length() > 0 && pool.index.has_room()) {
        const std::uint32_t worker = pool.index.warmest().value;
        const int before = WorkerIndex::load_of(state_.workers[worker]);
        fill(worker, now);
        settle(worker, before, now);
        watch_service(worker, now);
    }
}

}  // namespace spillway
