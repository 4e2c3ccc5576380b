#include "sim/fleet/lifecycle.hpp"

#include <algorithm>

#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"

namespace spillway {

std::optional<std::uint32_t> Lifecycle::ask(Pool& pool, StartCause cause, SimTime now) {
    const std::uint32_t number = make_worker(pool, cause, now);
    if (pool.clock.is_open())
        ++pool.usage.starts;
    Worker& worker = state_.workers[number];
    pool.coming.push_back(number, [this](std::uint32_t n) -> ListLinks& { return state_.workers[n].links; });
    if (place(pool, number, Origin::kLaunched, now)) {
        ++pool.starting;
        if (worker.state() == WorkerState::kAsked)
            begin_start(pool, number, now);
        return number;
    }
    Supply& supply = state_.supplies[*pool.spec.supply];
    ++pool.asked;
    if (supply.waits_when_short()) {
        supply.waiting().push_back(number);
        arm_supply_timer(*pool.spec.supply, now);
        return number;
    }
    leave_coming(pool, number, now);
    count_failed_start(pool);
    end_life(number, LifeEnd::kFailed, now);
    return std::nullopt;
}

bool Lifecycle::place_ready(Pool& pool, SimTime now) {
    const std::uint32_t number = make_worker(pool, StartCause::kOpening, now);
    if (!place(pool, number, Origin::kWasThere, now)) {
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

std::uint32_t Lifecycle::make_worker(Pool& pool, StartCause cause, SimTime now) {
    const std::uint32_t number = state_.workers.allocate();
    Worker& worker = state_.workers[number];
    worker.number = number;
    worker.pool = pool.id;
    worker.nth = pool.next_nth++;
    worker.rank = pool.ranks.take();
    worker.instance = kNoNode;
    worker.clock.begin(WorkerState::kAsked, now);
    worker.service = pool.spec.service->make(pool.tokens ? &*pool.tokens : nullptr);
    worker.started = now;
    worker.ready.reset();
    worker.pulled = false;
    worker.on_notice = false;
    worker.path.clear();
    worker.version = pool.version;
    worker.in_flight = 0;
    worker.next_change.reset();
    ++worker.change_generation;
    ++worker.life_generation;
    state_.live_workers.insert(number);
    if (pool.spec.crash_rate > 0)
        listener_.place_taken(pool);
    if (pool.news != nullptr)
        pool.news->ordered(cause, worker, pool, now);
    return number;
}

bool Lifecycle::place(Pool& pool, std::uint32_t number, Origin origin, SimTime now) {
    const PoolSpec& spec = pool.spec;
    std::optional<std::uint32_t> room;
    if (shares_instances(pool))
        room = pool.instances.find_room(spec.gpus_per_worker);
    if (!room) {
        const bool too_soon =
            origin == Origin::kLaunched && spec.supply && state_.supplies[*spec.supply].next_launch() > now;
        if (too_soon)
            return false;
        const std::optional<Supply::Grant> grant = take_gpus(pool, state_.workers[number], now);
        if (!grant)
            return false;
        if (origin == Origin::kLaunched && spec.supply)
            state_.supplies[*spec.supply].launched(now);
        room = pool.instances.buy(spec.gpus_per_instance, *grant, now);
        if (spec.supply && state_.supplies[*spec.supply].market() == Market::kSpot)
            listener_.place_taken(pool);
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

std::optional<Supply::Grant> Lifecycle::take_gpus(const Pool& pool, const Worker& worker, SimTime now) {
    const PoolSpec& spec = pool.spec;
    if (!spec.supply)
        return Supply::Grant{};
    Supply& supply = state_.supplies[*spec.supply];
    if (supply.spec().hosts.empty() && !sells(*spec.supply, supply.spec().zone, now))
        return std::nullopt;
    const auto warmth = [&](HostId host) -> std::optional<int> {
        if (!sells(*spec.supply, state_.spec.hosts[host.value].zone, now))
            return std::nullopt;
        return supply.spec().prefers_warm ? spec.startup->warmth(host, worker.version, now) : 0;
    };
    double luck = 0;
    if (supply.places_at_random())
        luck = RandomStream(StreamKey(state_.spec.seed, "placement/" + spec.name), worker.nth).uniform();
    return supply.take(spec.gpus_per_instance, warmth, luck);
}

bool Lifecycle::sells(std::size_t supply, std::optional<ZoneId> zone, SimTime now) {
    return !zone || state_.world->sells(*zone, state_.supplies[supply].market(), now);
}

/// Looks again when what keeps the supply from starting instances may be over. GPUs and hosts that come back
/// are looked at when they do.
void Lifecycle::arm_supply_timer(std::size_t number, SimTime now) {
    Supply& supply = state_.supplies[number];
    std::optional<SimTime> next;
    const auto note = [&](std::optional<SimTime> at) {
        if (at && *at > now && (!next || *at < *next))
            next = at;
    };
    const auto note_zone = [&](std::optional<ZoneId> zone) {
        if (zone && !sells(number, zone, now))
            note(state_.world->may_sell_again(*zone, supply.market(), now));
    };
    note(supply.next_launch());
    note_zone(supply.spec().zone);
    for (const HostId host : supply.spec().hosts) note_zone(state_.spec.hosts[host.value].zone);
    if (next) {
        state_.arm(state_.supply_timers[number], *next, Phase::kControl,
                   state_.event(FleetEvent::kSupplyOpens, static_cast<std::uint32_t>(number)));
    }
}

void Lifecycle::supply_opens(std::size_t supply, SimTime now) {
    state_.supply_timers[supply] = {};
    serve_waiting_asks(supply, now);
}

void Lifecycle::begin_start(Pool& pool, std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    const Instance& instance = pool.instances[worker.instance];
    StartContext context;
    context.start = {number};
    context.nth = worker.nth;
    context.node_at_hand = instance.acquired.has_value();
    context.node_ready = instance.acquired.value_or(now);
    context.host = instance.grant.host;
    context.version = worker.version;
    if (now > worker.started)
        worker.path.push_back({StartPhase::kAcquire, now});
    tell(WorkerStepKind::kBegan, worker, pool, now);
    pool.spec.startup->begin(context, now, *this);
    settle_acquired(now);
    arm_start_timers(pool);
    if (!pool.spec.init_timeout_after_pull)
        arm_init_timeout(pool, number, now);
}

/// After something happened to a start of `pool`, which may have moved those of others.
void Lifecycle::arm_start_timers(Pool& pool) {
    if (!pool.spec.startup->shares_links()) {
        arm_start_timer(pool);
        return;
    }
    for (const auto& one : state_.pools) arm_start_timer(*one);
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
    settle_acquired(now);
    for (const std::uint32_t number : std::exchange(failed_, {})) fail_start(number, now);
    const std::vector<std::uint32_t> finished = std::exchange(finished_, {});
    for (const std::uint32_t number : finished) finish_start(number, now);
    if (!finished.empty())
        listener_.starts_settled(pool, now);
    arm_start_timers(pool);
}

void Lifecycle::start_reached(StartId start, StartPhase phase) {
    Worker& worker = state_.workers[start.value];
    const SimTime now = state_.simulator.now();
    worker.clock.enter(state_of(phase), now);
    if (phase == StartPhase::kAcquire)
        return;
    Pool& pool = state_.pool_of(worker);
    if (phase != StartPhase::kPull && pool.spec.init_timeout_after_pull && !worker.pulled) {
        worker.pulled = true;
        arm_init_timeout(pool, start.value, now);
    }
    Instance& instance = pool.instances[worker.instance];
    if (instance.waiting.empty()) {
        if (!instance.acquired)
            instance.acquired = now;
    } else {
        acquired_.push_back(start.value);
    }
}

/// Nodes that others wait for are there.
void Lifecycle::settle_acquired(SimTime now) {
    for (const std::uint32_t number : std::exchange(acquired_, {})) {
        Pool& pool = state_.pool_of(state_.workers[number]);
        instance_acquired(pool, pool.instances[state_.workers[number].instance], now);
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
    Pool& pool = state_.pool_of(worker);
    if (pool.news != nullptr)
        pool.news->phases(pool.spec.startup->trace(start), worker, pool, state_.simulator.now());
    finished_.push_back(start.value);
}

void Lifecycle::start_failed(StartId start) { failed_.push_back(start.value); }

void Lifecycle::finish_start(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    instance_acquired(pool, pool.instances[worker.instance], now);
    --pool.starting;
    pool.failures_in_row = 0;
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
    tell(WorkerStepKind::kReady, worker, pool, now);
    listener_.worker_ready(number, now);
}

void Lifecycle::fail_start(std::uint32_t number, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    count_failed_start(pool);
    --pool.starting;
    pool.note_gone();
    leave_coming(pool, number, now);
    worker.clock.enter(WorkerState::kFailed, now);
    listener_.start_lost(number, LifeEnd::kFailed, now);
    end_life(number, LifeEnd::kFailed, now);
}

void Lifecycle::count_failed_start(Pool& pool) {
    if (pool.clock.is_open())
        ++pool.usage.failed_starts;
    ++pool.failures_in_row;
    ++pool.failures;
}

void Lifecycle::leave_coming(Pool& pool, std::uint32_t number, SimTime now) {
    pool.coming.remove(number, [this](std::uint32_t n) -> ListLinks& { return state_.workers[n].links; });
    pool.coming_until = now;
    if (state_.workers[number].state() == WorkerState::kAsked && state_.workers[number].instance == kNoNode) {
        --pool.asked;
    }
}

}  // namespace spillway
