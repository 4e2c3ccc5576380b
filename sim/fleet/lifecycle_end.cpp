// Lifecycle: how workers and instances end, and what is reported of them.
#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {
namespace {

/// Time on an instance that counts as having its GPUs: everything after the node was acquired.
Duration held_time(const WorkerClock& clock) {
    Duration held{0};
    for (const WorkerState state : {WorkerState::kPulling, WorkerState::kStarting, WorkerState::kIdle,
                                    WorkerState::kBusy, WorkerState::kDraining, WorkerState::kStopping}) {
        held += clock.spent(state);
    }
    return held;
}

}  // namespace

void Lifecycle::retire(std::uint32_t number, std::optional<Duration> drain_limit, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    if (!worker.is_ready()) {
        const bool waited = worker.instance == kNoNode;
        if (waited) {
            leave_coming(pool, number, now);
            std::erase(state_.supplies[*pool.spec.supply].waiting(), number);
        } else {
            forget_start(pool, number, now);
        }
        if (pool.clock.is_open())
            ++pool.usage.cancelled_starts;
        listener_.start_lost(number, LifeEnd::kCancelled, now);
        end_life(number, LifeEnd::kCancelled, now);
        // Those behind it may fit where it did not.
        if (waited)
            serve_waiting_asks(*pool.spec.supply, now);
        return;
    }
    leave_service(pool, number, now);
    pool.add_draining(1);
    if (worker.in_flight == 0) {
        stop(number, now);
        return;
    }
    pool.weigh_load(now);
    pool.in_flight_draining += worker.in_flight;
    worker.clock.enter(WorkerState::kDraining, now);
    if (drain_limit) {
        state_.simulator.schedule(now + *drain_limit, Phase::kTimeout,
                                  state_.event(FleetEvent::kDrainLimit, number, worker.life_generation));
    }
}

void Lifecycle::stop(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    SPILLWAY_CHECK(worker.in_flight == 0 && worker.bound.empty(), "a worker stops with requests on it");
    pool.clock.advance(now);
    pool.add_draining(-1);
    ++pool.stopping;
    worker.clock.enter(WorkerState::kStopping, now);
    if (pool.spec.stop_time == Duration::zero()) {
        stop_done(number, worker.life_generation, now);
        return;
    }
    state_.simulator.schedule(now + pool.spec.stop_time, Phase::kReady,
                              state_.event(FleetEvent::kStopped, number, worker.life_generation));
}

void Lifecycle::stop_done(std::uint32_t number, std::uint32_t generation, SimTime now) {
    if (state_.workers[number].life_generation != generation)
        return;
    --state_.pool_of(state_.workers[number]).stopping;
    end_life(number, LifeEnd::kStopped, now);
}

void Lifecycle::drain_limit(std::uint32_t number, std::uint32_t generation, SimTime now) {
    const Worker& worker = state_.workers[number];
    if (worker.life_generation != generation || worker.state() != WorkerState::kDraining)
        return;
    listener_.drain_limit_reached(number, now);
}

void Lifecycle::end_life(std::uint32_t number, LifeEnd end, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    SPILLWAY_CHECK(worker.in_flight == 0 && worker.bound.empty(), "a worker leaves with requests on it");
    worker.clock.enter(WorkerState::kStopped, now);
    report_life(number, end, now);
    tell(WorkerStepKind::kEnded, worker, pool, now);
    if (state_.window_open)
        pool.usage.engine.add(worker.service->take_usage(now));
    ++worker.life_generation;
    ++worker.change_generation;
    state_.live_workers.erase(number);
    pool.ranks.give_back(worker.rank);
    if (worker.instance != kNoNode)
        leave_instance(pool, worker, end, now);
    worker.service.reset();
    state_.workers.release(number);
}

void Lifecycle::leave_instance(Pool& pool, Worker& worker, LifeEnd end, SimTime now) {
    const std::uint32_t number = worker.instance;
    Instance& instance = pool.instances[number];
    if (end == LifeEnd::kStopped && worker.version >= pool.startup_since)
        pool.spec.startup->worker_left(instance.grant.host, worker.version, now);
    instance.gpu_time += held_time(worker.clock) * pool.spec.gpus_per_worker;
    instance.gpus_used -= pool.spec.gpus_per_worker;
    worker.instance = kNoNode;
    if (--instance.workers > 0) {
        // The worker that was acquiring the node left: the next one acquires it in its place.
        if (!instance.acquired && instance.waiting.size() == static_cast<std::size_t>(instance.workers)) {
            const std::uint32_t next = instance.waiting.front();
            instance.waiting.erase(instance.waiting.begin());
            begin_start(pool, next, now);
        }
        fill_room(pool, now);
        return;
    }
    report_instance(pool, instance, end, now);
    const Supply::Grant grant = instance.grant;
    pool.instances.give_up(number);
    if (!pool.spec.supply)
        return;
    state_.supplies[*pool.spec.supply].give_back(pool.spec.gpus_per_instance, grant);
    serve_waiting_asks(*pool.spec.supply, now);
}

/// Workers that wait for GPUs take the room that another worker of their pool left on an instance.
void Lifecycle::fill_room(Pool& pool, SimTime now) {
    if (!pool.spec.supply)
        return;
    std::deque<std::uint32_t>& waiting = state_.supplies[*pool.spec.supply].waiting();
    while (pool.instances.find_room(pool.spec.gpus_per_worker)) {
        const auto next = std::find_if(waiting.begin(), waiting.end(),
                                       [&](std::uint32_t n) { return state_.workers[n].pool == pool.id; });
        if (next == waiting.end())
            return;
        const std::uint32_t number = *next;
        waiting.erase(next);
        place(pool, number, Origin::kLaunched, now);
        begin_placed(pool, number, now);
    }
}

/// A worker that waited for GPUs has its place.
void Lifecycle::begin_placed(Pool& pool, std::uint32_t number, SimTime now) {
    --pool.asked;
    ++pool.starting;
    if (state_.workers[number].state() == WorkerState::kAsked)
        begin_start(pool, number, now);
}

void Lifecycle::serve_waiting_asks(std::size_t number_of_supply, SimTime now) {
    Supply& supply = state_.supplies[number_of_supply];
    while (!supply.waiting().empty()) {
        const std::uint32_t number = supply.waiting().front();
        Pool& owner = state_.pool_of(state_.workers[number]);
        if (!place(owner, number, Origin::kLaunched, now)) {
            arm_supply_timer(number_of_supply, now);
            return;
        }
        supply.waiting().pop_front();
        begin_placed(owner, number, now);
    }
}

void Lifecycle::window_opens(SimTime now) {
    state_.for_each_worker([&](std::uint32_t number) {
        state_.workers[number].clock.reset(now);
        state_.workers[number].service->take_usage(now - Duration{1});
    });
    for (const auto& pool : state_.pools) {
        for (const std::uint32_t number : pool->instances.open())
            pool->instances[number].gpu_time = Duration::zero();
    }
}

void Lifecycle::window_closes(SimTime now) {
    state_.for_each_worker([&](std::uint32_t number) {
        Worker& worker = state_.workers[number];
        worker.clock.enter(worker.state(), now);
        report_life(number, LifeEnd::kRunning, now);
        state_.pool_of(worker).usage.engine.add(worker.service->take_usage(now - Duration{1}));
        if (worker.instance == kNoNode)
            return;
        Pool& pool = state_.pool_of(worker);
        pool.instances[worker.instance].gpu_time += held_time(worker.clock) * pool.spec.gpus_per_worker;
    });
    for (const auto& pool : state_.pools) {
        for (const std::uint32_t number : pool->instances.open()) {
            report_instance(*pool, pool->instances[number], LifeEnd::kRunning, now);
        }
    }
}

void Lifecycle::report_life(std::uint32_t number, LifeEnd end, SimTime now) {
    if (!state_.window_open)
        return;
    const Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    for (std::size_t i = 0; i < kWorkerStates; ++i) {
        pool.usage.state_time[i] += worker.clock.spent(static_cast<WorkerState>(i));
    }
    const WorkerLife life{
        worker.pool, {number}, worker.nth, end, worker.clock, now, worker.started < SimTime{}};
    for (UsageObserver* observer : state_.usage_observers) observer->worker_ended(life);
}

void Lifecycle::report_instance(Pool& pool, const Instance& instance, LifeEnd end, SimTime now) {
    if (!state_.window_open || !shares_instances(pool))
        return;
    const SimTime open{};
    const SimTime begun = std::max(instance.begun, open);
    const SimTime acquired = instance.acquired ? std::max(*instance.acquired, open) : now;
    const InstanceLife life{pool.id,       now - acquired,       acquired - begun,
                            instance.gpus, instance.gpu_time,    end,
                            now,           instance.begun < open};
    for (UsageObserver* observer : state_.usage_observers) observer->instance_ended(life);
}

}  // namespace spillway
