#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/core/event_queue.hpp"
#include "sim/core/linked_list.hpp"
#include "sim/core/slot_table.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/route_policy.hpp"
#include "sim/fleet/service_model.hpp"
#include "sim/fleet/setback.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

enum class RequestState : std::uint8_t {
    kFree,        ///< the slot names no request
    kTravelling,  ///< gateway in
    kWaiting,     ///< in one or two queues, or bound to a worker that starts
    kReserved,    ///< has a slot; the worker has yet to take it up
    kServing,     ///< in the worker's engine
    kPost,        ///< its client reads, and post-processing
    kReturning,   ///< gateway out
    kBackoff,     ///< between two attempts
    kStaged,      ///< its stages are under way, each a request of its own, or its client has yet to poll
};

/// A place in a queue. A request has several: the pool that it was routed to, and the one that it may
/// overflow to or its fallbacks.
struct Ticket {
    ListLinks links;
    PoolId pool;
    bool queued = false;      ///< stands in that pool's queue
    bool ghost = false;       ///< moved over for good: only marks when this pool would have taken it
    bool returned = false;    ///< came back from a worker that was lost: goes before those that did not
    SimTime since;            ///< when it came to that queue
    std::uint64_t order = 0;  ///< how many came to that queue before it
};

/// One open logical request, or a stage of one. Fleet-internal: policies see a RequestView.
struct Request {
    std::uint32_t number = 0;  ///< its slot in the table
    Arrival sent;              ///< as its client first sent it
    std::vector<std::uint64_t> prefix_blocks;

    // Where it stands.
    RequestState state = RequestState::kFree;
    bool bound = false;     ///< waits for `worker` and no other
    bool has_slot = false;  ///< on `worker`
    bool counts = true;     ///< arrived inside the measured window
    bool exposed = false;
    bool overflowed = false;
    bool base_sooner = false;
    std::uint32_t generation = 0;  ///< events of earlier attempts and earlier tenants of the slot are stale
    std::uint32_t attempt = 0;
    std::uint32_t flow_run = kNoNode;  ///< of a request of several stages, and of each stage
    std::uint32_t stage = kNoNode;     ///< which one of them this is; kNoNode: the whole

    bool is_stage() const noexcept { return stage != kNoNode; }
    /// Waits for its stages, and is in no pool itself.
    bool is_staged() const noexcept { return flow_run != kNoNode && !is_stage(); }

    std::span<const Ticket> own_tickets() const noexcept { return std::span(tickets).first(places); }

    Route route;
    SimTime arrived;       ///< this attempt
    SimTime counted_from;  ///< what came before it is lost: the attempt's arrival, or its last return
    SimTime entered;       ///< at the pool, after the way in
    SimTime waits_since;   ///< in the pool that binds it
    std::optional<SimTime>
        bound_until;         ///< once it was bound to a worker: then it has waited as long as it may
    SimTime assigned;        ///< got its slot on a worker
    SimTime freed;           ///< left it
    Duration cold_start{0};  ///< overlap of [entered, assigned] with its worker's cold start
    Duration load{0};        ///< and with its load
    Duration take_up{0};     ///< between assigned and admitted
    Duration gateway{0};     ///< of all parts: request path in, take-up and out
    ServiceEnd served;       ///< stamps of the engine, once it has finished
    PoolId serving_pool;     ///< of `worker`; before it has a slot, the pool that it was routed to
    WorkerId worker;         ///< valid from kReserved to kPost, and while bound to a start
    std::array<Ticket, kQueuePlaces> tickets;
    std::uint32_t places = 1;  ///< of the tickets, those that it has
    ListLinks open_links;      ///< in its class's list of open attempts, oldest first
    ListLinks bound_links;     ///< in its worker's own queue (binding start and push)
    ListLinks run_links;       ///< among those that hold a slot of a pool with an execution time-out
    ListLinks age_links;       ///< among the open requests of a class with a time to live
    std::uint32_t requeues = 0;
    Duration kept{0};  ///< of this attempt's work: saved by workers that were lost under it
    SetbackCounts<std::uint16_t> setbacks;
    EventHandle patience_timer;
    EventHandle overflow_timer;
};

using RequestTable = SlotTable<Request>;

}  // namespace spillway
