// Lifecycle: workers that are taken away.
#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {

/// A ready worker is ready no longer.
void Lifecycle::leave_service(Pool& pool, std::uint32_t number, SimTime now) {
    pool.clock.advance(now);
    pool.index.remove(number);
    pool.settle_counts();
    pool.clock.set_ready(pool.index.ready(), now);
    tell(WorkerStepKind::kLeaves, state_.workers[number], pool, now);
}

/// A start under way, or one that waits for its node, ends without a result.
void Lifecycle::forget_start(Pool& pool, std::uint32_t number, SimTime now) {
    leave_coming(pool, number, now);
    --pool.starting;
    if (std::erase(pool.instances[state_.workers[number].instance].waiting, number) > 0)
        return;
    pool.spec.startup->cancel({number}, now);
    arm_start_timers(pool);
}

void Lifecycle::abort_start(Pool& pool, std::uint32_t number, SimTime now) {
    forget_start(pool, number, now);
    pool.note_gone();
    count_failed_start(pool);
    state_.workers[number].clock.enter(WorkerState::kFailed, now);
    listener_.start_lost(number, LifeEnd::kFailed, now);
    end_life(number, LifeEnd::kFailed, now);
}

void Lifecycle::lose(std::uint32_t number, Setback why, SimTime now) {
    const Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    if (pool.clock.is_open() && !worker.on_notice && worker.state() != WorkerState::kStopping)
        ++pool.usage.lost_workers[why];
    die(number, why, now);
}

void Lifecycle::die(std::uint32_t number, Setback why, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    SPILLWAY_CHECK(worker.instance != kNoNode, "a worker without a place is lost");
    const WorkerState state = worker.state();
    if (!worker.ready) {
        abort_start(pool, number, now);
        return;
    }
    pool.clock.advance(now);
    if (worker.is_ready()) {
        leave_service(pool, number, now);
        pool.note_gone();
    }
    pool.weigh_load(now);
    if (state == WorkerState::kDraining) {
        pool.in_flight_draining -= worker.in_flight;
        pool.add_draining(-1);
    }
    if (state == WorkerState::kStopping)
        --pool.stopping;
    worker.clock.enter(WorkerState::kFailed, now);
    listener_.worker_lost(number, why, now);
    end_life(number, LifeEnd::kFailed, now);
    listener_.workers_missing(pool, now);
}

std::vector<std::uint32_t> Lifecycle::workers_of(const Pool& pool, std::uint32_t instance) const {
    std::vector<std::uint32_t> numbers;
    state_.for_each_worker([&](std::uint32_t number) {
        const Worker& worker = state_.workers[number];
        if (worker.pool == pool.id && worker.instance == instance)
            numbers.push_back(number);
    });
    return numbers;
}

/// What befalls one worker may end others of its instance: each is looked at again before its turn.
void Lifecycle::lose_instance(Pool& pool, std::uint32_t instance, Setback why, SimTime now) {
    pool.instances[instance].ends = true;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> lives;
    for (const std::uint32_t number : workers_of(pool, instance))
        lives.emplace_back(number, state_.workers[number].life_generation);
    for (const auto& [number, generation] : lives) {
        if (state_.workers[number].life_generation == generation)
            lose(number, why, now);
    }
}

void Lifecycle::interrupt(Pool& pool, std::uint32_t number_of_instance, Duration notice, SimTime now) {
    if (pool.instances[number_of_instance].ends)
        return;
    if (notice == Duration::zero()) {
        lose_instance(pool, number_of_instance, Setback::kInterrupted, now);
        return;
    }
    pool.instances[number_of_instance].ends = true;
    for (const std::uint32_t number : workers_of(pool, number_of_instance)) {
        Worker& worker = state_.workers[number];
        if (worker.pool != pool.id || worker.instance != number_of_instance)
            continue;
        if (!worker.ready) {
            lose(number, Setback::kInterrupted, now);
            continue;
        }
        state_.simulator.schedule(now + notice, Phase::kFault,
                                  state_.event(FleetEvent::kNoticeOver, number, worker.life_generation));
        if (pool.clock.is_open() && worker.state() != WorkerState::kStopping)
            ++pool.usage.lost_workers[Setback::kInterrupted];
        worker.on_notice = true;
        if (worker.is_ready()) {
            pool.note_gone();
            retire(number, std::nullopt, now);
        }
    }
    listener_.workers_missing(pool, now);
}

void Lifecycle::notice_over(std::uint32_t number, std::uint32_t generation, SimTime now) {
    if (state_.workers[number].life_generation == generation)
        die(number, Setback::kInterrupted, now);
}

void Lifecycle::arm_init_timeout(const Pool& pool, std::uint32_t number, SimTime now) {
    if (!pool.spec.init_timeout)
        return;
    state_.simulator.schedule(
        now + *pool.spec.init_timeout, Phase::kTimeout,
        state_.event(FleetEvent::kInitTimeout, number, state_.workers[number].life_generation));
}

void Lifecycle::init_timeout(std::uint32_t number, std::uint32_t generation, SimTime now) {
    const Worker& worker = state_.workers[number];
    if (worker.life_generation != generation || worker.ready)
        return;
    Pool& pool = state_.pool_of(worker);
    if (pool.clock.is_open())
        ++pool.usage.timed_out_starts;
    abort_start(pool, number, now);
}

}  // namespace spillway
