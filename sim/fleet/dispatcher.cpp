#include "sim/fleet/dispatcher.hpp"

#include <algorithm>

#include "sim/fleet/dispatch_path.hpp"

namespace spillway {

Dispatcher::Dispatcher(FleetState& state, RequestSource& source)
    : state_(state),
      source_(source),
      luck_key_(state.spec.seed, "route"),
      client_key_(state.spec.seed, "client patience"),
      retry_key_(state.spec.seed, "client retry"),
      share_key_(state.spec.seed, "stage share"),
      tokens_key_(state.spec.seed, "stage tokens"),
      reacts_(source.reacts()) {
    for (const ClassSpec& spec : state.spec.classes) {
        const FlowSpec* flow = spec.flow ? &state.spec.flows[*spec.flow] : nullptr;
        classes_.push_back({spec.timeout, spec.poll, flow, {}, {}, {}, {}});
    }
}

void Dispatcher::announce_next() {
    std::optional<SimTime> next = source_.next_time();
    if (next && state_.horizon && *next >= *state_.horizon)
        next.reset();
    state_.simulator.set_next_arrival(next);
}

void Dispatcher::arrive(SimTime now) { begin_attempt(take_arrival(now), now); }

/// A slot, with nothing left of the request that had it before.
Request& Dispatcher::new_request() {
    const std::uint32_t number = state_.requests.allocate();
    Request& request = at(number);
    request.number = number;
    request.attempt = 0;
    request.flow_run = kNoNode;
    request.stage = kNoNode;
    request.exposed = false;
    request.overflowed = false;
    request.base_sooner = false;
    request.requeues = 0;
    request.setbacks = {};
    return request;
}

Request& Dispatcher::take_arrival(SimTime now) {
    Request& request = new_request();
    source_.pop(request.sent);
    SPILLWAY_CHECK(request.sent.at == now, "a source announced another time than it delivers");
    if (!request.sent.prefix_blocks.empty()) {
        request.prefix_blocks.assign(request.sent.prefix_blocks.begin(), request.sent.prefix_blocks.end());
        request.sent.prefix_blocks = request.prefix_blocks;
    }
    request.counts = state_.window_open;
    if (state_.spec.classes[request.sent.class_id.value].ttl)
        watch_age(request);
    ++open_;
    state_.simulator.hold();
    return request;
}

void Dispatcher::begin_attempt(Request& request, SimTime now) {
    ++request.generation;
    request.state = RequestState::kTravelling;
    request.kept = Duration::zero();
    request.arrived = now;
    request.counted_from = now;
    request.cold_start = Duration::zero();
    request.load = Duration::zero();
    request.take_up = Duration::zero();
    request.gateway = Duration::zero();
    request.patience_timer = {};
    request.overflow_timer = {};
    request.bound_until.reset();
    const ClassState& of_class = classes_[request.sent.class_id.value];
    if (of_class.timeout && !request.is_stage())
        watch_timeout(request, now);
    if (of_class.flow != nullptr && !request.is_stage()) [[unlikely]] {
        begin_flow(request, now);
        return;
    }
    if (request.is_stage() && of_class.flow->stages[request.stage].pool) [[unlikely]] {
        request.route = {};
        request.route.pool = *of_class.flow->stages[request.stage].pool;
    } else if (state_.spec.route) {
        request.route = ask_route(request, now);
    } else {
        request.route = {};
    }
    request.serving_pool = request.route.pool;
    write_tickets(request);
    const Pool& pool = pool_at(request.route.pool);
    if (pool.path != nullptr) {
        const Duration way_in = pool.path->gateway_in(request.sent.origin, request.attempt);
        if (way_in > Duration::zero()) {
            request.state = RequestState::kTravelling;
            request.gateway += way_in;
            state_.simulator.schedule(now + way_in, Phase::kArrival, event_of(request, FleetEvent::kEnqueue));
            return;
        }
    }
    enter_first_pool(request, now);
}

Route Dispatcher::ask_route(const Request& request, SimTime now) {
    PoolRoute& route = *state_.spec.route;
    return route.route(view_of(request, now),
                       route.looks_at_request_only() ? FleetView{} : control_->live_views(now));
}

/// A request that has to wait in its first pool may overflow, at once or later; one that the pool turns away
/// may only do so at once.
void Dispatcher::enter_first_pool(Request& request, SimTime now) {
    request.entered = now;
    const std::string_view refused = enter_pool(request, 0, now);
    const bool at_once = request.route.overflow && request.route.overflow_after == Duration::zero();
    if (at_once && !request.has_slot) {
        overflow(request, now);
    } else if (request.route.overflow && request.state == RequestState::kWaiting) {
        request.overflow_timer =
            state_.simulator.schedule_cancellable(now + request.route.overflow_after, Phase::kOverflow,
                                                  state_.event(FleetEvent::kOverflow, request.number));
    }
    if (request.route.fallback_count > 0)
        enter_fallbacks(request, now);
    const bool is_in = request.has_slot || request.state == RequestState::kWaiting;
    if (!is_in)
        fail_attempt(request, Outcome::kRejected, refused, now);
}

RequestView Dispatcher::view_of(const Request& request, SimTime now) const {
    return {request.sent.origin,
            request.sent.class_id,
            request.sent.input_tokens,
            request.sent.max_tokens,
            request.sent.session,
            now - request.arrived,
            now,
            request.sent.prefix_blocks};
}

std::string_view Dispatcher::enter_pool(Request& request, std::uint32_t which, SimTime now) {
    Pool& pool = pool_at(request.tickets[which].pool);
    ++pool.arrivals;
    ++pool.arrivals_since_sample;
    tell(RequestStepKind::kCame, request, pool, now);
    control_->arrived(pool, now);
    if (pool.limits.limited() && !pool.limits.admit(request.sent.input_tokens + request.sent.max_tokens, now,
                                                    {pool.index.ready(), pool.waiting() + pool.in_flight})) {
        ++request.setbacks[Setback::kThrottled];
        return "rate limit of the pool";
    }
    Worker* const worker = pick_worker(pool, request, now);
    const int load = worker == nullptr ? 0 : WorkerIndex::load_of(*worker);
    if (worker != nullptr && load < pool.spec.concurrency) {
        assign(request, *worker, pool, now);
        settle(*worker, pool, load, now);
        watch_service(*worker, now);
        return {};
    }
    const std::string_view why = refusal(pool);
    if (why.empty()) {
        wait_in(pool, request, which, worker, now);
    } else {
        pool.turning_away = !pool.spec.queue.hold_without_worker && pool.index.ready() == 0;
        pool.turned_away |= pool.turning_away;
    }
    control_->unserved(pool, now);
    pool.turning_away = false;
    request.exposed |= pool.asked + pool.starting > 0;
    return why;
}

/// Binds the request as the pool does, or lets it stand in its queue. `worker` is full; null: none is ready.
void Dispatcher::wait_in(Pool& pool, Request& request, std::uint32_t which, Worker* worker, SimTime now) {
    request.waits_since = now;
    if (worker != nullptr) {
        const int before = WorkerIndex::load_of(*worker);
        bind(pool, request, *worker, now);
        settle(*worker, pool, before, now);
    } else if (pool.spec.binding != Binding::kStart || !bind_to_start(pool, request, now)) {
        stand_in_queue(pool, request, which, now);
    }
}

/// The worker that would take it: one with a free slot or, where requests are pushed, any that is ready.
/// Null when there is none, or when others stand in the pool's queue: a worker with room has looked through
/// it, and nobody is pushed past those who came before a worker was ready.
Worker* Dispatcher::pick_worker(Pool& pool, const Request& request, SimTime now) {
    if (pool.index.count() == 0 || pool.queue.length() > 0)
        return nullptr;
    if (!pool.spec.route)
        return &state_.workers[pool.index.warmest().value];
    RandomStream luck(luck_key_, request.sent.origin, request.attempt);
    return &state_.workers[pool.spec.route->pick(view_of(request, now), pool.index, luck).value];
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

void Dispatcher::stand_in_queue(Pool& pool, Request& request, std::uint32_t which, SimTime now) {
    pool.weigh_load(now);
    pool.queue.push(request.number, which, now);
    watch_wait(pool, request, which, now);
}

/// The request has just come to the queue.
void Dispatcher::watch_wait(Pool& pool, Request& request, std::uint32_t which, SimTime now) {
    request.state = RequestState::kWaiting;
    pool.clock.note_queue(pool.queue.length());
    tell(RequestStepKind::kWaits, request, pool, now);
    const std::uint32_t lane = pool.queue.lane_of(request.number, which);
    state_.arm(pool.lane_timers[lane], now + pool.spec.queue.max_wait, Phase::kTimeout,
               state_.event(FleetEvent::kMaxWait, pool.id.value, lane));
    watch_patience(request, now);
    control_->waits(pool, request.number, request.generation, now);
}

bool Dispatcher::bind_to_start(Pool& pool, Request& request, SimTime now) {
    const std::optional<std::uint32_t> worker = control_->start_for_request(pool, now);
    if (!worker)
        return false;
    bind(pool, request, state_.workers[*worker], now);
    return true;
}

void Dispatcher::bind(Pool& pool, Request& request, Worker& worker, SimTime now) {
    request.state = RequestState::kWaiting;
    request.worker = {worker.number};
    request.bound = true;
    worker.bound.push_back(request.number, bound_links());
    pool.weigh_load(now);
    ++pool.bound_waiting;
    pool.clock.note_queue(static_cast<std::size_t>(pool.waiting()));
    tell(RequestStepKind::kWaits, request, pool, now);
    // A request that lost its worker goes on waiting: its limit counts from when it began.
    if (!request.bound_until) {
        request.bound_until = std::max(now, request.waits_since + pool.spec.queue.max_wait);
        state_.simulator.schedule(*request.bound_until, Phase::kTimeout,
                                  event_of(request, FleetEvent::kBoundWait));
    }
    watch_patience(request, now);
    control_->waits(pool, request.number, request.generation, now);
}

void Dispatcher::start_for_waiting(Pool& pool, SimTime now) {
    while (true) {
        const std::uint32_t ticket = pool.queue.front();
        if (ticket == kNoNode || pool.index.has_room())
            return;
        Request& request = at(request_of_ticket(ticket));
        if (request.tickets[place_of_ticket(ticket)].ghost) {
            pool.queue.remove(request.number, place_of_ticket(ticket));
            continue;
        }
        const std::optional<std::uint32_t> worker = control_->start_for_request(pool, now);
        if (!worker)
            return;
        request.waits_since = pool.queue.since(ticket);
        leave_queues(request);
        bind(pool, request, state_.workers[*worker], now);
    }
}

}  // namespace spillway
