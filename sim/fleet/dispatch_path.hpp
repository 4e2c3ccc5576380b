// Dispatcher: the steps that every request takes on a worker. Inline, because they are most of what a run
// does; what happens on the way only sometimes is called.
#pragma once

#include "sim/core/check.hpp"
#include "sim/fleet/dispatcher.hpp"

namespace spillway {

/// Gives a waiting or arriving request a slot on a worker that has one. The caller settles the worker.
inline void Dispatcher::assign(Request& request, Worker& worker, Pool& pool, SimTime now) {
    if (request.state == RequestState::kWaiting)
        leave_queues(request);
    request.worker = {worker.number};
    request.serving_pool = pool.id;
    request.has_slot = true;
    request.assigned = now;
    if (worker.ready && *worker.ready > request.entered)
        charge_start(request, worker);
    pool.clock.advance(now);
    pool.clock.add_in_flight(1);
    pool.weigh_load(now);
    ++pool.in_flight;
    if (worker.state() == WorkerState::kDraining)
        ++pool.in_flight_draining;
    ++worker.in_flight;
    if (pool.spec.execution_timeout)
        watch_execution(request, pool, now);
    tell(RequestStepKind::kTook, request, pool, now);
    if (pool.path == nullptr || !reserve(request, pool, now))
        admit(request, worker, now);
}

inline void Dispatcher::admit(Request& request, Worker& worker, SimTime now) {
    request.state = RequestState::kServing;
    const Arrival& sent = request.sent;
    worker.service->admit({{request.number},
                           sent.origin,
                           request.attempt,
                           sent.class_id,
                           sent.input_tokens,
                           sent.output_tokens,
                           sent.max_tokens,
                           sent.service,
                           sent.prefix_blocks,
                           request.kept},
                          now);
}

/// The request leaves its slot. The caller fills and settles the worker.
inline void Dispatcher::free_slot(Request& request, Worker& worker, Pool& pool, SimTime now) {
    pool.clock.advance(now);
    pool.clock.add_in_flight(-1);
    pool.weigh_load(now);
    --pool.in_flight;
    if (worker.state() == WorkerState::kDraining)
        --pool.in_flight_draining;
    --worker.in_flight;
    pool.last_active = now;
    if (pool.spec.execution_timeout)
        pool.running.remove(request.number, run_links());
    request.has_slot = false;
    request.freed = now;
    tell(RequestStepKind::kFreed, request, pool, now);
}

/// Gives the worker's free slots to those that wait.
inline void Dispatcher::fill(Worker& worker, Pool& pool, SimTime now) {
    if (worker.bound.empty() && pool.queue.has_nobody())
        return;
    if (!worker.is_ready() && worker.state() != WorkerState::kDraining)
        return;
    while (worker.in_flight < pool.spec.concurrency) {
        Request* const request = next_for(pool, worker);
        if (request == nullptr)
            return;
        assign(*request, worker, pool, now);
    }
}

/// Brings index, clocks and state in line after the worker's load changed from `before`.
inline void Dispatcher::settle(Worker& worker, Pool& pool, int before, SimTime now) {
    const bool as_before = worker.state() == WorkerState::kBusy && before > 0;
    if (!as_before || WorkerIndex::load_of(worker) != before)
        change_state(worker, pool, before, now);
}

/// Schedules the worker's next service change if it is not the one that is pending.
inline void Dispatcher::watch_service(Worker& worker, SimTime now) {
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
    state_.simulator.schedule(
        *next, Phase::kFinish,
        state_.event(FleetEvent::kServiceChange, worker.number, worker.change_generation));
}

/// Leaves every queue it stands in and the worker it is bound to, which the caller settles.
inline void Dispatcher::leave_queues(Request& request) {
    for (std::uint32_t which = 0; which < request.places; ++which) {
        const Ticket& ticket = request.tickets[which];
        if (!ticket.queued)
            continue;
        Pool& pool = pool_at(ticket.pool);
        request.exposed |= pool.started_after(ticket.since);
        pool.weigh_load(state_.simulator.now());
        pool.queue.remove(request.number, which);
    }
    if (request.bound)
        unbind(request);
    if (request.patience_timer.slot != 0)
        state_.simulator.cancel(std::exchange(request.patience_timer, {}));
    if (request.overflow_timer.slot != 0)
        state_.simulator.cancel(std::exchange(request.overflow_timer, {}));
}

inline void Dispatcher::forget_timeout(Request& request) {
    ClassState& state = classes_[request.sent.class_id.value];
    if (state.timeout && !request.is_stage())
        state.open.remove(request.number, open_links());
}

}  // namespace spillway
