// The queues that a request may stand in beside its first: of the pool that it overflows to, and of its
// fallbacks.
#include <tuple>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatch_path.hpp"
#include "sim/fleet/dispatcher.hpp"

namespace spillway {

void Dispatcher::write_tickets(Request& request) {
    const Route& route = request.route;
    SPILLWAY_CHECK(route.fallback_count < kQueuePlaces,
                   "a route has more fallbacks than a request has places");
    SPILLWAY_CHECK(!route.overflow || route.fallback_count == 0, "a route overflows or has fallbacks");
    request.places = 1;
    request.tickets[0].pool = route.pool;
    if (route.overflow)
        request.tickets[request.places++].pool = *route.overflow;
    for (std::uint32_t i = 0; i < route.fallback_count; ++i)
        request.tickets[request.places++].pool = route.fallbacks[i];
}

std::uint32_t Dispatcher::place_in(const Request& request, const Pool& pool) {
    std::uint32_t which = 0;
    while (which < request.places && request.tickets[which].pool != pool.id) ++which;
    SPILLWAY_CHECK(which < request.places, "a request was served where it was not routed to");
    return which;
}

/// The queues of the others too, until one has a slot or a worker for it. One that turns it away leaves it
/// where it is.
void Dispatcher::enter_fallbacks(Request& request, SimTime now) {
    for (std::uint32_t which = 1; which < request.places && !request.has_slot && !request.bound; ++which)
        std::ignore = enter_pool(request, which, now);
    if (!request.bound)
        return;
    for (std::uint32_t which = 0; which < request.places; ++which) {
        if (!request.tickets[which].queued)
            continue;
        Pool& pool = pool_at(request.tickets[which].pool);
        pool.weigh_load(now);
        pool.queue.remove(request.number, which);
    }
}

void Dispatcher::overflow(Request& request, SimTime now) {
    Pool& base = pool_at(request.tickets[0].pool);
    request.overflow_timer = {};
    request.overflowed = true;
    if (base.clock.is_open())
        ++base.usage.overflowed;
    if (request.bound)
        return;  // it is tied to one worker of the first pool already
    if (!enter_pool(request, 1, now).empty())
        return;  // it stays where it is
    const bool stands_there =
        request.state == RequestState::kWaiting && (request.tickets[1].queued || request.bound);
    if (!stands_there || !request.tickets[0].queued)
        return;
    base.weigh_load(now);
    if (request.bound) {
        base.queue.remove(request.number, 0);
    } else if (request.route.early) {
        base.queue.make_ghost(request.number, 0);
    }
}

void Dispatcher::overflow_due(std::uint32_t number, SimTime now) {
    if (at(number).state == RequestState::kWaiting)
        overflow(at(number), now);
}

}  // namespace spillway
