#include "sim/fleet/control_loop.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {

ControlLoop::ControlLoop(FleetState& state, Lifecycle& lifecycle) : state_(state), lifecycle_(lifecycle) {
    for (const auto& pool : state_.pools) {
        SPILLWAY_CHECK(pool->spec.scale || state_.spec.policy, "a pool without a scaling policy");
        pool->wakes = pool->spec.scale ? pool->spec.scale->wakes() : state_.spec.policy->wakes(pool->id);
        pool->samples = !pool->wakes.live;
        if (pool->samples) {
            pool->metrics = MetricWindow(pool->wakes);
            if (pool->wakes.time_weighted)
                pool->load_meter.emplace(state_.simulator.now());
            pool->weighs_load = pool->load_meter.has_value();
        }
    }
    views_.resize(state_.pools.size());
    decisions_.resize(state_.pools.size());
}

void ControlLoop::begin(SimTime now) {
    for (const auto& pool : state_.pools) {
        wake(*pool, Trigger::kStart, now);
        pool->opened = true;
    }
    const StreamKey key(state_.spec.seed, "control tick");
    for (const auto& pool : state_.pools) {
        if (pool->samples) {
            state_.simulator.schedule(now + pool->wakes.sample_period, Phase::kSample,
                                      state_.event(FleetEvent::kSample, pool->id.value));
        }
        if (!pool->wakes.tick)
            continue;
        // A real loop's ticks fall anywhere between two requests; a fixed offset would line all runs up.
        RandomStream luck(key, pool->id.value);
        const Duration offset = from_seconds(luck.uniform() * to_seconds(*pool->wakes.tick));
        state_.simulator.schedule(now + offset, Phase::kControl,
                                  state_.event(FleetEvent::kTick, pool->id.value));
    }
}

void ControlLoop::waits(Pool& pool, std::uint32_t request, std::uint32_t generation, SimTime now) {
    if (!pool.wakes.queue_age)
        return;
    state_.simulator.schedule(now + *pool.wakes.queue_age, Phase::kControl,
                              state_.event(FleetEvent::kQueueAge, request, generation));
}

void ControlLoop::idle_timer(Pool& pool, SimTime now) {
    pool.idle_timer = {};
    bool expired = false;
    std::uint32_t next = pool.index.next_to_expire();
    while (next != kNoNode && state_.workers[next].idle_since + *pool.wakes.idle_for <= now) {
        pool.index.expire(next);
        expired = true;
        next = pool.index.next_to_expire();
    }
    if (expired)
        wake(pool, Trigger::kIdle, now);
    next = pool.index.next_to_expire();
    if (next != kNoNode)
        arm_idle(pool, state_.workers[next].idle_since + *pool.wakes.idle_for);
}

void ControlLoop::tick(Pool& pool, SimTime now) {
    if (std::exchange(pool.turned_away, false) && !pool.wakes.unserved && pool.present() == 0)
        wake(pool, Trigger::kUnserved, now);
    wake(pool, Trigger::kTick, now);
    state_.simulator.schedule(now + *pool.wakes.tick, Phase::kControl,
                              state_.event(FleetEvent::kTick, pool.id.value));
}

void ControlLoop::sample(Pool& pool, SimTime now) {
    const auto oldest = pool.queue.oldest();
    MetricWindow::Sample sample;
    sample.queued_then = pool.waiting();
    sample.in_flight_then = pool.in_flight_ready();
    sample.queued = sample.queued_then;
    sample.in_flight = sample.in_flight_then;
    sample.arrivals = static_cast<double>(std::exchange(pool.arrivals_since_sample, 0));
    sample.busy = pool.index.busy();
    sample.ready = pool.index.ready();
    sample.idle = pool.index.idle();
    sample.idle_expired = pool.index.expired();
    sample.oldest_wait = oldest ? now - *oldest : Duration::zero();
    if (pool.load_meter) {
        pool.weigh_load(now);
        const LoadMeter::Means means = pool.load_meter->take();
        sample.queued = means.queued;
        sample.in_flight = means.in_flight;
    }
    pool.metrics.add(sample);
    if (pool.news != nullptr)
        pool.news->sampled(sample, pool, now);
    state_.simulator.schedule(now + pool.wakes.sample_period, Phase::kSample,
                              state_.event(FleetEvent::kSample, pool.id.value));
}

void ControlLoop::wake_at(Pool& pool, std::uint32_t generation, SimTime now) {
    if (generation == pool.wake_generation)
        wake(pool, Trigger::kWakeAt, now);
}

std::optional<std::uint32_t> ControlLoop::start_for_request(Pool& pool, SimTime now) {
    const int before = pool.present();
    std::optional<std::uint32_t> worker;
    if (before < pool.limit()) {
        worker = lifecycle_.ask(pool, StartCause::kRequest, now);
        if (!worker)
            retry_start_later(pool, now);
    }
    report({now, pool.id, Trigger::kUnserved, before, before + 1, pool.present(), "one start a request",
            static_cast<double>(pool.waiting() + 1), 0});
    return worker;
}

PoolView ControlLoop::live_view(const Pool& pool, SimTime now) const {
    const auto oldest = pool.queue.oldest();
    PoolView view{};
    view.pool = pool.id;
    view.now = now;
    view.wall_clock =
        state_.spec.wall_clock + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    view.min_workers = pool.spec.min_workers;
    view.max_workers = pool.limit();
    view.concurrency = pool.spec.concurrency;
    view.asked = pool.asked;
    view.starting = pool.starting;
    view.idle = pool.index.idle();
    view.idle_expired = pool.index.expired();
    view.busy = pool.index.busy();
    view.draining = pool.draining;
    view.surplus = pool.surplus;
    // A request that goes away for want of a worker is seen as one that waits, or nobody would start one.
    view.queued = view.queued_now = pool.waiting() + (pool.turning_away ? 1 : 0);
    view.in_flight = pool.in_flight_ready();
    view.oldest_wait = oldest ? now - *oldest : Duration::zero();
    view.start_refused = pool.start_refused;
    view.last_active = view.queued + view.in_flight > 0 ? std::optional(now) : pool.last_active;
    return view;
}

PoolView ControlLoop::view(const Pool& pool, SimTime now) const {
    PoolView view = live_view(pool, now);
    if (!pool.samples)
        return view;
    const MetricWindow::Sample* seen = pool.metrics.visible();
    view.queued = seen ? seen->queued_then : 0;
    view.in_flight = seen ? seen->in_flight_then : 0;
    view.oldest_wait = seen ? seen->oldest_wait : Duration::zero();
    view.metrics = pool.metrics.averages();
    view.short_metrics = pool.metrics.short_averages();
    return view;
}

FleetView ControlLoop::live_views(SimTime now) {
    for (std::size_t i = 0; i < views_.size(); ++i) views_[i] = live_view(*state_.pools[i], now);
    return views_;
}

void ControlLoop::wake(Pool& pool, Trigger why, SimTime now) {
    if (pool.spec.scale) {
        carry_out(pool, pool.spec.scale->decide(view(pool, now), why), why, now);
        return;
    }
    int queued_again = 0;
    for (const auto& each : state_.pools) queued_again += each->queue.further_places();
    for (std::size_t i = 0; i < views_.size(); ++i) {
        views_[i] = view(*state_.pools[i], now);
        views_[i].queued_again = queued_again;
        decisions_[i] = state_.pools[i]->last_decision;
        decisions_[i].target = views_[i].present();
        decisions_[i].wake_at.reset();
    }
    undecided_ = decisions_;
    state_.spec.policy->decide(views_, pool.id, why, decisions_);
    for (std::size_t i = 0; i < views_.size(); ++i) {
        // What the policy left alone stays as it was decided, at a limit or not.
        const bool decided = views_[i].pool == pool.id || decisions_[i] != undecided_[i];
        if (decided && !state_.pools[i]->spec.scale)
            carry_out(*state_.pools[i], decisions_[i], why, now);
    }
}

void ControlLoop::carry_out(Pool& pool, const ScaleDecision& decision, Trigger why, SimTime now) {
    if (decision.target < 0) {
        throw InputError("pool " + pool.spec.name,
                         fmt::format("its policy asked for {} workers", decision.target),
                         "a scaling target is 0 or more");
    }
    if (decision.wake_at && *decision.wake_at <= now) {
        throw InputError("pool " + pool.spec.name,
                         "its policy asked to be called again before any time has passed",
                         "wake_at lies after view.now");
    }
    const int before = pool.present();
    const int target =
        std::clamp(decision.target, std::min(pool.spec.min_workers, pool.limit()), pool.limit());
    const bool clamped = decision.target != target;
    pool.clock.advance(now);
    pool.clock.set_reasons(decision.floor, decision.buffer, decision.idle_reason);
    pool.clock.set_at_limit(decision.target > target);
    if (clamped && pool.clock.is_open())
        ++pool.usage.clamped;
    pool.last_decision = decision;
    if (pool.news != nullptr)
        pool.news->decided(decision, why, target, pool, now);
    if (target > before) {
        grow(pool, target, now);
    } else if (target < before) {
        shrink(pool, target, decision, now);
    }
    if (decision.wake_at) {
        state_.simulator.schedule(*decision.wake_at, Phase::kControl,
                                  state_.event(FleetEvent::kWakeAt, pool.id.value, ++pool.wake_generation));
    }
    const int after = pool.present();
    if (after != before || clamped) {
        report({now, pool.id, why, before, decision.target, after, decision.rule, decision.observed,
                decision.threshold});
    }
}

void ControlLoop::grow(Pool& pool, int target, SimTime now) {
    while (pool.present() < target) {
        const bool there_already = !pool.opened && !pool.spec.starts_empty;
        if (there_already && lifecycle_.place_ready(pool, now))
            continue;
        if (!lifecycle_.ask(pool, StartCause::kDecision, now)) {
            retry_start_later(pool, now);
            return;
        }
    }
}

void ControlLoop::shrink(Pool& pool, int target, const ScaleDecision& decision, SimTime now) {
    // What a rollout lacks is not there to be stopped.
    while (pool.present() > target && pool.surplus < 0) ++pool.surplus;
    while (pool.present() > target) {
        const std::uint32_t worker = victim(pool, decision.victims);
        if (worker == kNoNode)
            return;
        lifecycle_.retire(worker, decision.drain_limit, now);
    }
    if (pool.rolling)
        replace(pool, now);
}

std::uint32_t ControlLoop::victim(const Pool& pool, VictimOrder order) const {
    switch (order) {
        case VictimOrder::kIdleOnly:
            return pool.index.longest_idle();
        case VictimOrder::kIdleThenBusy:
            return pool.index.idle() > 0 ? pool.index.longest_idle() : pool.index.least_busy();
        case VictimOrder::kStartingFirst:
            if (!pool.coming.empty())
                return pool.coming.back();
            return pool.index.idle() > 0 ? pool.index.longest_idle() : pool.index.least_busy();
        case VictimOrder::kNewest:
            break;
    }
    std::uint32_t newest = pool.coming.back();
    if (newest != kNoNode)
        return newest;
    state_.for_each_worker([&](std::uint32_t number) {
        const Worker& worker = state_.workers[number];
        if (worker.pool != pool.id || !worker.is_ready())
            return;
        if (newest == kNoNode || worker.nth > state_.workers[newest].nth)
            newest = number;
    });
    return newest;
}

void ControlLoop::report(const DecisionRecord& decision) {
    for (DecisionObserver* observer : state_.decision_observers) observer->decided(decision);
}

}  // namespace spillway
