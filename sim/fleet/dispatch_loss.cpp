// Dispatcher: workers that are lost under their requests.
#include <algorithm>
#include <tuple>

#include "sim/core/check.hpp"
#include "sim/fleet/dispatch_path.hpp"

namespace spillway {
namespace {

/// Why an attempt failed whose worker was lost.
std::string_view reason_of(Setback why) {
    switch (why) {
        case Setback::kInterrupted:
            return "its spot worker was taken back";
        case Setback::kCrashed:
            return "its worker crashed";
        case Setback::kHostFault:
            return "its worker's host failed";
        case Setback::kOutage:
            return "its worker's zone went down";
        case Setback::kDrainLimit:
            return "its worker was stopped at the drain limit";
        case Setback::kExecutionTimeout:
        case Setback::kTimeToLive:
        case Setback::kThrottled:
            break;
    }
    SPILLWAY_CHECK(false, "nothing that takes a worker away");
    return {};
}

}  // namespace

void Dispatcher::worker_lost(std::uint32_t number, Setback why, SimTime now) {
    Worker& worker = state_.workers[number];
    Pool& pool = state_.pool_of(worker);
    std::vector<std::tuple<SimTime, std::uint32_t, std::uint32_t>> held;  // in order of coming
    for (std::uint32_t of = 0; of < state_.requests.size(); ++of) {
        const Request& request = at(of);
        const bool there = request.has_slot || request.bound;
        if (request.state != RequestState::kFree && there && request.worker.value == number)
            held.emplace_back(request.entered, of, request.generation);
    }
    std::sort(held.begin(), held.end());
    for (const auto& [entered, of, generation] : held) {
        // One that failed may have freed what another was bound to.
        if (at(of).generation == generation)
            evict(at(of), worker, pool, why, now);
    }
    offer_slots(pool, now);
}

void Dispatcher::drain_limit_reached(std::uint32_t number, SimTime now) {
    Pool& pool = state_.pool_of(state_.workers[number]);
    worker_lost(number, Setback::kDrainLimit, now);
    control_->replace(pool, now);
}

/// Takes the request off a worker that is lost.
void Dispatcher::evict(Request& request, Worker& worker, Pool& pool, Setback why, SimTime now) {
    ++request.setbacks[why];
    const bool again =
        pool.spec.on_worker_lost == OnWorkerLost::kRequeue && request.requeues < pool.spec.max_requeues;
    if (!again) {
        fail_attempt(request, Outcome::kFailed, reason_of(why), now);
        return;
    }
    tell(RequestStepKind::kLost, request, pool, now);
    if (request.has_slot) {
        SimTime redone_from = request.assigned;
        if (request.state == RequestState::kServing) {
            worker.service->remove({request.number}, now);
            const Duration elapsed = now - request.assigned - request.take_up;
            const ServiceFactory::Kept kept = pool.spec.service->keeps(request.kept, elapsed);
            request.kept = kept.work;
            if (kept.work > Duration::zero())
                redone_from = now - kept.redone;
        }
        pool.clock.note_failed_slot_time(redone_from, now);
        leave_worker(request, now);
    } else {
        leave_waiting(request, now);
    }
    requeue(request, pool, now);
}

/// What the request went through so far is lost, but for the work that was saved; it stands ahead of those
/// that were never served.
void Dispatcher::requeue(Request& request, Pool& pool, SimTime now) {
    ++request.requeues;
    ++request.generation;
    request.counted_from = now;
    request.entered = now;
    request.waits_since = now;
    request.bound_until.reset();
    request.cold_start = Duration::zero();
    request.load = Duration::zero();
    request.take_up = Duration::zero();
    request.gateway = Duration::zero();
    const std::uint32_t which = place_in(request, pool);
    pool.weigh_load(now);
    pool.queue.push_returned(request.number, which, now);
    watch_wait(pool, request, which, now);
}

}  // namespace spillway
