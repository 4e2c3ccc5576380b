#include "sim/fleet/lifecycle.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

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

std::optional<std::uint32_t> Lifecycle::ask(Pool& pool, SimTime now) {
    const std::uint32_t number = make_worker(pool, now);
    Worker& worker = state_.workers[number];
    pool.coming.push_back(number, [this](std::uint32_t n) -> ListLinks& { return state_.workers[n].links; });
    if (place(pool, number, now)) {
        ++pool.starting;
        if (worker.state() == WorkerState::kAsked)
            begin_start(pool, number, now);
        return number;
    }
    Supply& supply = state_.supplies[*pool.spec.supply];
    ++pool.asked;
    if (supply.waits_when_short()) {
        supply.waiting().push_back(number);
        return number;
    }
    leave_coming(pool, number, now);
    if (pool.clock.is_open())
        ++pool.usage.failed_starts;
    end_life(number, LifeEnd::kFailed, now);
    return std::nullopt;
}

bool Lifecycle::place_ready(Pool& pool, SimTime now) {
    const std::uint32_t number = make_worker(pool, now);
    if (!place(pool, number, now)) {
        end_life(number, LifeEnd::kFailed, now);
        return false;
    }
    Worker& worker = state_.workers[number];
    Instance& instance = pool.instances[worker.instance];
    instance.acquired = now;
    instance.waiting.clear();
    become_ready(pool, number, now);
    return true;
}

std::uint32_t Lifecycle::make_worker(Pool& pool, SimTime now) {
    const std::uint32_t number = state_.workers.allocate();
    Worker& worker = state_.workers[number];
    worker.pool = pool.id;
    worker.nth = pool.next_nth++;
    worker.rank = pool.ranks.take();
    worker.instance = kNoNode;
    worker.clock.begin(WorkerState::kAsked, now);
    worker.service = pool.spec.service->make();
    worker.started = now;
    worker.ready.reset();
    worker.path.clear();
    worker.in_flight = 0;
    worker.next_change.reset();
    ++worker.change_generation;
    ++worker.life_generation;
    state_.live_workers.insert(number);
    if (pool.clock.is_open())
        ++pool.usage.starts;
    return number;
}

bool Lifecycle::place(Pool& pool, std::uint32_t number, SimTime now) {
    const PoolSpec& spec = pool.spec;
    std::optional<std::uint32_t> room;
    if (shares_instances(pool))
        room = pool.instances.find_room(spec.gpus_per_worker);
    if (!room) {
        if (spec.supply && !state_.supplies[*spec.supply].take(spec.gpus_per_instance))
            return false;
        room = pool.instances.buy(spec.gpus_per_instance, now);
    }
    Worker& worker = state_.workers[number];
    worker.instance = *room;
    Instance& instance = pool.instances[*room];
    instance.gpus_used += spec.gpus_per_worker;
    const bool first = instance.workers++ == 0;
    if (!first && !instance.acquired) {
        // The node is on its way: this worker's start begins when it is there.
        worker.clock.enter(WorkerState::kAcquiring, now);
        instance.waiting.push_back(number);
    }
    return true;
}

void Lifecycle::begin_start(Pool& pool, std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    const Instance& instance = pool.instances[worker.instance];
    StartContext context;
    context.start = {number};
    context.nth = worker.nth;
    context.node_at_hand = instance.acquired.has_value();
    context.node_ready = instance.acquired.value_or(now);
    if (now > worker.started)
        worker.path.push_back({StartPhase::kAcquire, now});
    pool.spec.startup->begin(context, now, *this);
    arm_start_timer(pool);
}

void Lifecycle::arm_start_timer(Pool& pool) {
    const std::optional<SimTime> next = pool.spec.startup->next_change();
    if (next) {
        state_.arm(pool.start_timer, *next, Phase::kReady,
                   state_.event(FleetEvent::kStartChange, pool.id.value));
    }
}

void Lifecycle::start_change(Pool& pool, SimTime now) {
    pool.start_timer = {};
    const std::optional<SimTime> next = pool.spec.startup->next_change();
    if (next && *next <= now)
        pool.spec.startup->advance(now, *this);
    for (const std::uint32_t number : std::exchange(acquired_, {})) {
        instance_acquired(pool, pool.instances[state_.workers[number].instance], now);
    }
    for (const std::uint32_t number : std::exchange(failed_, {})) fail_start(number, now);
    const std::vector<std::uint32_t> finished = std::exchange(finished_, {});
    for (const std::uint32_t number : finished) finish_start(number, now);
    if (!finished.empty())
        listener_.starts_settled(pool, now);
    arm_start_timer(pool);
}

void Lifecycle::start_reached(StartId start, StartPhase phase) {
    Worker& worker = state_.workers[start.value];
    const SimTime now = state_.simulator.now();
    worker.clock.enter(state_of(phase), now);
    if (phase == StartPhase::kAcquire)
        return;
    Instance& instance = state_.pool_of(worker).instances[worker.instance];
    if (instance.waiting.empty()) {
        if (!instance.acquired)
            instance.acquired = now;
    } else {
        acquired_.push_back(start.value);
    }
}

void Lifecycle::instance_acquired(Pool& pool, Instance& instance, SimTime now) {
    if (instance.acquired)
        return;
    instance.acquired = now;
    for (const std::uint32_t waiting : std::exchange(instance.waiting, {})) begin_start(pool, waiting, now);
}

void Lifecycle::start_ready(StartId start, const std::vector<StartStretch>& path) {
    Worker& worker = state_.workers[start.value];
    worker.path.insert(worker.path.end(), path.begin(), path.end());
    finished_.push_back(start.value);
}

void Lifecycle::start_failed(StartId start) { failed_.push_back(start.value); }

void Lifecycle::finish_start(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    instance_acquired(pool, pool.instances[worker.instance], now);
    --pool.starting;
    leave_coming(pool, number, now);
    become_ready(pool, number, now);
}

void Lifecycle::become_ready(Pool& pool, std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    worker.ready = now;
    worker.clock.enter(WorkerState::kIdle, now);
    worker.idle_since = now;
    pool.clock.advance(now);
    pool.index.add(number);
    pool.settle_counts();
    pool.clock.set_ready(pool.index.ready(), now);
    listener_.worker_ready(number, now);
}

void Lifecycle::fail_start(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    if (pool.clock.is_open())
        ++pool.usage.failed_starts;
    --pool.starting;
    leave_coming(pool, number, now);
    worker.clock.enter(WorkerState::kFailed, now);
    listener_.start_lost(number, now);
    end_life(number, LifeEnd::kFailed, now);
}

void Lifecycle::leave_coming(Pool& pool, std::uint32_t number, SimTime now) {
    pool.coming.remove(number, [this](std::uint32_t n) -> ListLinks& { return state_.workers[n].links; });
    pool.coming_until = now;
    if (state_.workers[number].state() == WorkerState::kAsked && state_.workers[number].instance == kNoNode) {
        --pool.asked;
    }
}

void Lifecycle::retire(std::uint32_t number, std::optional<Duration> drain_limit, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    if (!worker.is_ready()) {
        const bool unplaced = worker.instance == kNoNode;
        leave_coming(pool, number, now);
        if (unplaced) {
            std::erase(state_.supplies[*pool.spec.supply].waiting(), number);
        } else {
            --pool.starting;
            const auto erased = std::erase(pool.instances[worker.instance].waiting, number);
            if (erased == 0)
                pool.spec.startup->cancel({number});
        }
        if (pool.clock.is_open())
            ++pool.usage.cancelled_starts;
        listener_.start_lost(number, now);
        end_life(number, LifeEnd::kCancelled, now);
        return;
    }
    pool.clock.advance(now);
    pool.index.remove(number);
    pool.settle_counts();
    pool.clock.set_ready(pool.index.ready(), now);
    if (worker.in_flight == 0) {
        ++pool.draining;
        stop(number, now);
        return;
    }
    ++pool.draining;
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
    --pool.draining;
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
    pool.instances.give_up(number);
    if (!pool.spec.supply)
        return;
    state_.supplies[*pool.spec.supply].give_back(pool.spec.gpus_per_instance);
    serve_waiting_asks(pool, now);
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
        place(pool, number, now);
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

void Lifecycle::serve_waiting_asks(const Pool& pool, SimTime now) {
    Supply& supply = state_.supplies[*pool.spec.supply];
    while (!supply.waiting().empty()) {
        const std::uint32_t number = supply.waiting().front();
        Pool& owner = state_.pool_of(state_.workers[number]);
        if (!place(owner, number, now))
            return;
        supply.waiting().pop_front();
        begin_placed(owner, number, now);
    }
}

void Lifecycle::window_opens(SimTime now) {
    state_.for_each_worker([&](std::uint32_t number) { state_.workers[number].clock.reset(now); });
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
    const WorkerLife life{worker.pool, {number},     worker.nth, worker.rank,
                          end,         worker.clock, now,        worker.started < SimTime{}};
    for (UsageObserver* observer : state_.usage_observers) observer->worker_ended(life);
}

void Lifecycle::report_instance(Pool& pool, const Instance& instance, LifeEnd end, SimTime now) {
    if (!state_.window_open || !shares_instances(pool))
        return;
    const SimTime open{};
    const SimTime begun = std::max(instance.begun, open);
    const SimTime acquired = instance.acquired ? std::max(*instance.acquired, open) : now;
    const InstanceLife life{
        pool.id, instance.rank, now - acquired,       acquired - begun, instance.gpus, instance.gpu_time,
        end,     now,           instance.begun < open};
    for (UsageObserver* observer : state_.usage_observers) observer->instance_ended(life);
}

}  // namespace spillway
