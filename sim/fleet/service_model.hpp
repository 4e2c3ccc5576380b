#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/engine_view.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/service_usage.hpp"
#include "sim/fleet/token_observer.hpp"

namespace spillway {

using RequestSlot = Id<struct RequestKind>;

/// What a worker's engine is told of a request.
struct ServiceRequest {
    RequestSlot slot;           ///< names it until it ends or is removed
    std::uint64_t origin = 0;   ///< with `attempt`, the key of its random draws
    std::uint32_t attempt = 0;  ///< 0 for the first
    ClassId class_id;
    std::uint32_t input_tokens = 0;
    std::uint32_t output_tokens = 0;  ///< true length: an engine produces it, it must not plan with it
    std::uint32_t max_tokens = 0;
    std::optional<Duration> measured;              ///< the trace's own service time for this request
    std::span<const std::uint64_t> prefix_blocks;  ///< valid during admit() only
    Duration kept{0};  ///< of its work: what workers that it lost had saved, by ServiceFactory::keeps()
};

/// The stamps of a request that a worker has finished with. Those of its tokens are the client's: they lie
/// ahead by what it takes to send one.
struct ServiceEnd {
    RequestSlot slot;
    SimTime scheduled;    ///< first scheduled: left the engine's own queue or batching window
    SimTime first_token;  ///< models without tokens: equal to `scheduled`, all of the inference is decode
    SimTime last_token;
    std::uint32_t tokens_cut = 0;  ///< of the answer's tokens, those past max_tokens or the context's end
    bool rejected = false;  ///< can never be served here (too large for memory); the stamps are all `now`
    Duration reading{0};    ///< that a slow client takes from last_token on; it keeps its slot until then
    std::uint32_t preemptions = 0;  ///< how often its engine took its memory away and began anew with it
};

/// How one worker's engine spends time on the requests it holds: slots, micro-batches, continuous batching.
/// The fleet admits up to the pool's concurrency, asks when something next changes and advances it to then.
/// One object a worker life, owned by that worker; single-threaded; state needs no locks.
class ServiceModel {
public:
    virtual ~ServiceModel() = default;

    /// Takes a request at `now`. Never called twice for a slot that is still held.
    virtual void admit(const ServiceRequest& request, SimTime now) = 0;

    /// Drops a request that has not ended (time-out, abandonment, crash). Unknown slots are our bug (CHECK).
    virtual void remove(RequestSlot slot, SimTime now) = 0;

    /// When advance() is next needed, given what is held now; empty when nothing is held.
    /// At least the present, and strictly later after an advance() that ended nothing (or the clock stalls).
    virtual std::optional<SimTime> next_change() = 0;

    /// Moves to `now`, the time that next_change() named, and appends every request that ends then, in the
    /// order in which they were admitted.
    virtual void advance(SimTime now, std::vector<ServiceEnd>& ended) = 0;

    /// Hands over what it did up to the end of the nanosecond `now` and was not handed over before. Asked
    /// before anything of a later moment; `now` is not before the last call, and lies before next_change() if
    /// nothing of that moment has been advanced to yet. Changes nothing that a client could see. Also reports
    /// the tokens of that time. Models that know no tokens have nothing to say.
    virtual ServiceUsage take_usage(SimTime /*now*/) { return {}; }

    /// What a router sees of it at `now`, and of a request that it may be sent. Where something is due at
    /// `now` that it was not advanced to yet, it shows what was before. Changes nothing that a client could
    /// see. Empty: a model that knows no tokens.
    virtual std::optional<EngineView> view(const ServiceRequest& /*request*/, SimTime /*now*/) {
        return std::nullopt;
    }
};

/// What a pool's workers did in a run, as far as their best rate depends on it.
struct ObservedWork {
    std::uint64_t completed = 0;   ///< requests
    double mean_slot_seconds = 0;  ///< of a request on a worker
    ServiceUsage engine;           ///< of token-level engines
};

/// What no worker of a pool, in whatever company it serves a request, can undercut.
struct LeastService {
    Duration first_token{0};               ///< from admission
    Duration last_token{0};                ///< likewise
    std::optional<Duration> longest_rest;  ///< from the first token to the last; empty: there is no limit
    /// Of a worker: in no stretch of time does it serve requests whose shares add up to more than the
    /// stretch.
    double worker_seconds = 0;
};

/// Makes the engine of each worker of a pool. Owned by the pool's set-up and outlives the run.
class ServiceFactory {
public:
    virtual ~ServiceFactory() = default;
    /// `tokens` outlives the engine, which reports its tokens to it; null: nobody looks at them. Models that
    /// know no tokens pass it over.
    virtual std::unique_ptr<ServiceModel> make(TokenObserver* tokens) const = 0;
    /// The best throughput of one worker that runs full, in requests a second of the mix seen, for the
    /// "loaded" share of GPU time. 0: the work says nothing of it.
    virtual double best_rate(const ObservedWork& work, int concurrency) const = 0;
    /// For one attempt of a request on workers that hold up to `concurrency` at once. Empty: the model cannot
    /// say.
    virtual std::optional<LeastService> least(const ServiceRequest& /*request*/, int /*concurrency*/) const {
        return std::nullopt;
    }
    /// Requests at once that suit it, where the pool does not say; empty: one.
    virtual std::optional<int> own_concurrency() const { return std::nullopt; }
    /// Bytes of what it serves, which a start has to load; empty: it does not know.
    virtual std::optional<std::int64_t> model_bytes() const { return std::nullopt; }
    /// Where a run that did `usage` rests on more than was measured: a sentence each, for the run's notes.
    virtual std::vector<std::string> beyond_measured(const ServiceUsage& /*usage*/) const { return {}; }
    /// Work that outlives a worker, and time on the worker that is done again.
    struct Kept {
        Duration work;
        Duration redone;
    };
    /// Of a request whose worker is lost `elapsed` after it took it up with `kept` of its work done.
    virtual Kept keeps(Duration /*kept*/, Duration elapsed) const { return {Duration::zero(), elapsed}; }
    /// Whether its engines have a view().
    virtual bool shows_engines() const { return false; }
};

}  // namespace spillway
