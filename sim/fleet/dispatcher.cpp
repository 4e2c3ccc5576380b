#include "sim/fleet/dispatcher.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

Dispatcher::Dispatcher(FleetState& state, RequestSource& source)
    : state_(state),
      source_(source),
      classes_(state.spec.classes.size()),
      luck_key_(state.spec.seed, "route"),
      client_key_(state.spec.seed, "client patience"),
      retry_key_(state.spec.seed, "client retry") {}

void Dispatcher::announce_next() {
    std::optional<SimTime> next = source_.next_time();
    if (next && state_.horizon && *next >= *state_.horizon)
        next.reset();
    state_.simulator.set_next_arrival(next);
}

void Dispatcher::arrive(SimTime now) {
    const std::uint32_t request = take_arrival(now);
    announce_next();
    begin_attempt(request, now);
}

std::uint32_t Dispatcher::take_arrival(SimTime now) {
    Arrival arrival;
    source_.pop(arrival);
    SPILLWAY_CHECK(arrival.at == now, "a source announced another time than it delivers");
    const std::uint32_t number = state_.requests.allocate();
    Request& request = at(number);
    request.origin = arrival.origin;
    request.session = arrival.session;
    request.turn = arrival.turn;
    request.class_id = arrival.class_id;
    request.input_tokens = arrival.input_tokens;
    request.output_tokens = arrival.output_tokens;
    request.max_tokens = arrival.max_tokens;
    request.measured_service = arrival.service;
    request.prefix_blocks.assign(arrival.prefix_blocks.begin(), arrival.prefix_blocks.end());
    request.first_arrived = now;
    request.attempt = 0;
    request.counts = state_.window_open;
    request.exposed = false;
    request.overflowed = false;
    request.base_sooner = false;
    ++open_;
    state_.simulator.hold();
    return number;
}

void Dispatcher::begin_attempt(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    ++request.generation;
    request.arrived = now;
    request.served = {};
    request.gateway = Duration::zero();
    request.cold_start = Duration::zero();
    request.load = Duration::zero();
    request.take_up = Duration::zero();
    request.patience_timer = {};
    request.overflow_timer = {};
    request.bound_until.reset();
    ClassState& state = classes_[request.class_id.value];
    state.open.push_back(number, open_links());
    const std::optional<Duration>& timeout = state_.spec.classes[request.class_id.value].timeout;
    if (timeout) {
        state_.arm(state.timer, now + *timeout, Phase::kTimeout,
                   state_.event(FleetEvent::kClientTimeout, request.class_id.value));
    }
    Route route;
    if (state_.spec.route) {
        const FleetView pools =
            state_.spec.route->looks_at_request_only() ? FleetView{} : control_->live_views(now);
        route = state_.spec.route->route(view_of(request, now), pools);
    }
    request.serving_pool = route.pool;
    request.tickets[0].pool = route.pool;
    request.tickets[1].pool = route.overflow.value_or(route.pool);
    request.overflow_pool = route.overflow;
    request.overflow_after = route.overflow_after;
    request.overflow_early = route.early;
    const Pool& pool = pool_at(route.pool);
    if (pool.spec.path && !pool.spec.path->is_free()) {
        const Duration way_in = pool.spec.path->gateway_in(request.origin, request.attempt);
        if (way_in > Duration::zero()) {
            request.state = RequestState::kTravelling;
            request.gateway += way_in;
            state_.simulator.schedule(now + way_in, Phase::kArrival,
                                      state_.event(FleetEvent::kEnqueue, number, request.generation));
            return;
        }
    }
    enter_first_pool(number, now);
}

/// A request that has to wait in its first pool may overflow, at once or later; one that the pool turns away
/// may only do so at once.
void Dispatcher::enter_first_pool(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    request.entered = now;
    const std::string_view refused = enter_pool(number, 0, now);
    const bool at_once = request.overflow_pool && request.overflow_after == Duration::zero();
    if (at_once && !request.has_slot) {
        overflow(number, now);
    } else if (request.overflow_pool && request.state == RequestState::kWaiting) {
        request.overflow_timer = state_.simulator.schedule_cancellable(
            now + request.overflow_after, Phase::kOverflow, state_.event(FleetEvent::kOverflow, number));
    }
    const bool is_in = request.has_slot || request.state == RequestState::kWaiting;
    if (!is_in)
        fail_attempt(number, Outcome::kRejected, refused, now);
}

RequestView Dispatcher::view_of(const Request& request, SimTime now) const {
    return {request.origin,     request.class_id, request.input_tokens,
            request.max_tokens, request.session,  now - request.arrived};
}

std::string_view Dispatcher::enter_pool(std::uint32_t number, std::uint32_t which, SimTime now) {
    Request& request = at(number);
    Pool& pool = pool_at(request.tickets[which].pool);
    ++pool.arrivals;
    ++pool.arrivals_since_sample;
    if (!pool.limits.admit(request.input_tokens + request.max_tokens, now))
        return "rate limit of the pool";
    const std::optional<std::uint32_t> worker = pick_worker(pool, number, now);
    if (worker && WorkerIndex::load_of(state_.workers[*worker]) < pool.spec.concurrency) {
        take_slot(number, *worker, now);
        return {};
    }
    const std::string_view why = refusal(pool);
    if (why.empty())
        wait_in(pool, number, which, worker, now);
    control_->unserved(pool, now);
    request.exposed |= pool.asked + pool.starting > 0;
    return why;
}

void Dispatcher::take_slot(std::uint32_t number, std::uint32_t worker, SimTime now) {
    const int before = WorkerIndex::load_of(state_.workers[worker]);
    assign(number, worker, now);
    settle(worker, before, now);
    watch_service(worker, now);
}

/// Binds the request as the pool does, or lets it stand in its queue. `worker` is full; empty: none is ready.
void Dispatcher::wait_in(Pool& pool, std::uint32_t number, std::uint32_t which,
                         std::optional<std::uint32_t> worker, SimTime now) {
    at(number).waits_since = now;
    if (worker) {
        push_to_worker(pool, number, *worker, now);
    } else if (pool.spec.binding != Binding::kStart || !bind_to_start(pool, number, now)) {
        stand_in_queue(pool, number, which, now);
    }
}

/// The worker that would take it: one with a free slot or, where requests are pushed, any that is ready.
/// Empty when there is none, or when others stand in the pool's queue: a worker with room has looked through
/// it, and nobody is pushed past those who came before a worker was ready.
std::optional<std::uint32_t> Dispatcher::pick_worker(Pool& pool, std::uint32_t number, SimTime now) {
    if (pool.index.count() == 0 || pool.queue.length() > 0)
        return std::nullopt;
    if (!pool.spec.route)
        return pool.index.warmest().value;
    const Request& request = at(number);
    RandomStream luck(luck_key_, request.origin, request.attempt);
    return pool.spec.route->pick(view_of(request, now), pool.index, luck).value;
}

std::string_view Dispatcher::refusal(const Pool& pool) const {
    if (!pool.spec.queue.hold_without_worker && pool.index.ready() == 0)
        return "no ready worker";
    if (pool.spec.queue.max_length &&
        static_cast<std::size_t>(pool.waiting()) >= *pool.spec.queue.max_length) {
        return "queue full";
    }
    return {};
}

void Dispatcher::stand_in_queue(Pool& pool, std::uint32_t number, std::uint32_t which, SimTime now) {
    Request& request = at(number);
    request.state = RequestState::kWaiting;
    pool.queue.push(number, which, now);
    pool.clock.note_queue(pool.queue.length());
    const std::uint32_t lane = request.class_id.value;
    state_.arm(pool.lane_timers[lane], now + pool.spec.queue.max_wait, Phase::kTimeout,
               state_.event(FleetEvent::kMaxWait, pool.id.value, lane));
    watch_patience(number, now);
    control_->waits(pool, number, request.generation, now);
}

void Dispatcher::watch_patience(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    const std::optional<Distribution>& patience = state_.spec.classes[request.class_id.value].patience;
    if (!patience || request.patience_timer.slot != 0)
        return;
    RandomStream luck(client_key_, request.origin, request.attempt);
    const SimTime gone = std::max(now, request.arrived + patience->duration(luck.uniform()));
    request.patience_timer = state_.simulator.schedule_cancellable(
        gone, Phase::kTimeout, state_.event(FleetEvent::kPatience, number));
}

bool Dispatcher::bind_to_start(Pool& pool, std::uint32_t number, SimTime now) {
    const std::optional<std::uint32_t> worker = control_->start_for_request(pool, now);
    if (!worker)
        return false;
    bind(pool, number, *worker, now);
    return true;
}

void Dispatcher::push_to_worker(Pool& pool, std::uint32_t number, std::uint32_t worker, SimTime now) {
    const int before = WorkerIndex::load_of(state_.workers[worker]);
    bind(pool, number, worker, now);
    settle(worker, before, now);
}

void Dispatcher::bind(Pool& pool, std::uint32_t number, std::uint32_t worker, SimTime now) {
    Request& request = at(number);
    request.state = RequestState::kWaiting;
    request.worker = {worker};
    request.bound = true;
    state_.workers[worker].bound.push_back(number, bound_links());
    ++pool.bound_waiting;
    pool.clock.note_queue(static_cast<std::size_t>(pool.waiting()));
    // A request that lost its worker goes on waiting: its limit counts from when it began.
    if (!request.bound_until) {
        request.bound_until = std::max(now, request.waits_since + pool.spec.queue.max_wait);
        state_.simulator.schedule(*request.bound_until, Phase::kTimeout,
                                  state_.event(FleetEvent::kBoundWait, number, request.generation));
    }
    watch_patience(number, now);
    control_->waits(pool, number, request.generation, now);
}

void Dispatcher::start_for_waiting(Pool& pool, SimTime now) {
    while (true) {
        const std::uint32_t ticket = pool.queue.front();
        if (ticket == kNoNode || pool.index.has_room())
            return;
        const std::uint32_t number = request_of_ticket(ticket);
        if (at(number).tickets[ticket % 2].ghost) {
            pool.queue.remove(number, ticket % 2);
            continue;
        }
        const std::optional<std::uint32_t> worker = control_->start_for_request(pool, now);
        if (!worker)
            return;
        at(number).waits_since = pool.queue.since(ticket);
        leave_queues(number);
        bind(pool, number, *worker, now);
    }
}

void Dispatcher::overflow(std::uint32_t number, SimTime now) {
    Request& request = at(number);
    Pool& base = pool_at(request.tickets[0].pool);
    request.overflow_timer = {};
    request.overflowed = true;
    if (base.clock.is_open())
        ++base.usage.overflowed;
    if (request.bound)
        return;  // it is tied to one worker of the first pool already
    if (!enter_pool(number, 1, now).empty())
        return;  // it stays where it is
    const bool stands_there =
        request.state == RequestState::kWaiting && (request.tickets[1].queued || request.bound);
    if (!stands_there || !request.tickets[0].queued)
        return;
    if (request.bound) {
        base.queue.remove(number, 0);
    } else if (request.overflow_early) {
        base.queue.make_ghost(number, 0);
    }
}

void Dispatcher::overflow_due(std::uint32_t number, SimTime now) {
    if (at(number).state == RequestState::kWaiting)
        overflow(number, now);
}

}  // namespace spillway
