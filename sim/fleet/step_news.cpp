#include "sim/fleet/step_news.hpp"

#include "sim/fleet/fleet_state.hpp"

namespace spillway {

PoolNow StepNews::now_in(const Pool& pool) {
    pool.queue.count_places(waiting_);
    const int ready = pool.index.ready();
    return {pool.waiting(), pool.in_flight_ready(), ready,   ready * pool.spec.concurrency, pool.asked,
            pool.starting,  pool.clock.is_open(),   waiting_};
}

void StepNews::request(RequestStepKind kind, const Request& request, std::uint64_t origin, const Pool& pool,
                       SimTime now) {
    const std::optional<std::uint32_t> stage =
        request.is_stage() ? std::optional(request.stage) : std::nullopt;
    const bool has_worker = request.has_slot || request.bound || kind == RequestStepKind::kFreed;
    const std::optional<WorkerId> worker = has_worker ? std::optional(request.worker) : std::nullopt;
    const RequestStep step{
        now,     kind,   request.number, origin, stage, request.attempt, request.sent.class_id,
        pool.id, worker, now_in(pool)};
    for (StepObserver* observer : step_observers_) observer->request_stepped(step);
}

WorkerStep StepNews::step_of(WorkerStepKind kind, const Worker& worker, const Pool& pool, SimTime now) {
    return {.at = now,
            .kind = kind,
            .pool = pool.id,
            .worker = {worker.number},
            .nth = worker.nth,
            .now = now_in(pool)};
}

void StepNews::tell(const WorkerStep& step) {
    for (StepObserver* observer : step_observers_) observer->worker_stepped(step);
}

void StepNews::ordered(StartCause cause, const Worker& worker, const Pool& pool, SimTime now) {
    WorkerStep step = step_of(WorkerStepKind::kOrdered, worker, pool, now);
    step.cause = cause;
    tell(step);
}

void StepNews::phases(std::span<const PhaseTrace> phases, const Worker& worker, const Pool& pool,
                      SimTime now) {
    WorkerStep step = step_of(WorkerStepKind::kPhases, worker, pool, now);
    step.phases = phases;
    tell(step);
}

void StepNews::worker(WorkerStepKind kind, const Worker& worker, const Pool& pool, SimTime now) {
    WorkerStep step = step_of(kind, worker, pool, now);
    if (kind == WorkerStepKind::kBegan)
        step.host = pool.instances[worker.instance].grant.host;
    step.path = worker.path;
    tell(step);
}

void StepNews::decided(const ScaleDecision& decision, Trigger why, int target, const Pool& pool,
                       SimTime now) {
    const ControlStep step{now, pool.id, why, pool.present(), target, decision, now_in(pool)};
    for (ControlObserver* observer : control_observers_) observer->control_stepped(step);
}

void StepNews::sampled(const MetricWindow::Sample& sample, const Pool& pool, SimTime now) {
    const SampleStep step{now, pool.id, sample, now_in(pool)};
    for (ControlObserver* observer : control_observers_) observer->sampled(step);
}

void StepNews::load_held(const Pool& pool, SimTime until) {
    for (ControlObserver* observer : control_observers_)
        observer->load_held(pool.id, pool.waiting(), pool.in_flight_ready(), until);
}

void StepNews::begins(const Pool& pool) {
    for (ControlObserver* observer : control_observers_) observer->control_begins(pool.id, pool.wakes);
}

}  // namespace spillway
