#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/engine_view.hpp"
#include "sim/fleet/views.hpp"

namespace spillway {

/// In the queues of how many pools a request may stand at a time.
constexpr std::uint32_t kQueuePlaces = 4;

/// Where a request goes, and what happens if it waits there: it overflows to a second pool, or it stands in
/// the queues of the fallbacks as well, from the start, and the first slot of any of them takes it. Not both.
struct Route {
    PoolId pool;
    std::optional<PoolId>
        overflow;                ///< a second pool, once the request has waited `overflow_after` in the first
    Duration overflow_after{0};  ///< zero: at once, if the first has no free slot
    bool early =
        false;  ///< true: it moves over for good; false: it stands in both queues, the first slot takes it
    std::array<PoolId, kQueuePlaces - 1> fallbacks{};
    std::uint32_t fallback_count = 0;
};

/// The workers of one pool that could take a request now: constant-time questions a route may ask.
/// Valid during the call that it is given to.
class WorkerChoices {
public:
    virtual ~WorkerChoices() = default;
    virtual int count() const = 0;
    /// Most recently used idle worker; a busy one with a free slot, fullest first, comes before an idle one.
    virtual WorkerId warmest() const = 0;
    /// Fewest requests; among equals the most recently used.
    virtual WorkerId least_loaded() const = 0;
    /// The one after the last that this returned, in order of worker number.
    virtual WorkerId next_in_turn() = 0;
    /// The n-th of them in an arbitrary but reproducible order, 0 <= n < count().
    virtual WorkerId nth(int n) const = 0;
    virtual int load(WorkerId worker) const = 0;  ///< requests that it holds
    /// What its engine shows of itself and of the request; empty where it knows no tokens. Not in constant
    /// time: the engine is brought up to the present.
    virtual std::optional<EngineView> engine(WorkerId worker, const RequestView& request) const = 0;
};

/// Chooses among the workers of a pool that have a free slot (binding push: any ready worker).
class WorkerRoute {
public:
    virtual ~WorkerRoute() = default;
    /// Requires: choices.count() > 0. `luck` is keyed by the request.
    virtual WorkerId pick(const RequestView& request, WorkerChoices& choices, RandomStream& luck) = 0;
    /// Whether it needs workers whose engines show something (WorkerChoices::engine).
    virtual bool asks_engines() const { return false; }
};

/// Chooses a pool for each request.
class PoolRoute {
public:
    virtual ~PoolRoute() = default;
    virtual Route route(const RequestView& request, FleetView pools) = 0;
    /// True when route() reads nothing but the request: then no view is prepared for it.
    virtual bool looks_at_request_only() const = 0;
};

}  // namespace spillway
