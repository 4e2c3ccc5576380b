#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/fleet_policy.hpp"
#include "sim/fleet/flow.hpp"
#include "sim/fleet/path_model.hpp"
#include "sim/fleet/request_source.hpp"
#include "sim/fleet/route_policy.hpp"
#include "sim/fleet/scale_policy.hpp"
#include "sim/fleet/service_model.hpp"
#include "sim/fleet/startup_model.hpp"

namespace spillway {

/// What a client does after an attempt that did not complete.
struct RetrySpec {
    std::uint32_t attempts = 1;                 ///< in all; 1: no retry
    Duration backoff{std::chrono::seconds{1}};  ///< before the second attempt
    double factor = 2;                          ///< each further back-off is longer by it
    double jitter = 0;  ///< the back-off is multiplied by a uniform in [1 - jitter, 1 + jitter]
    bool on_rejected = true;
    bool on_timed_out = true;
    bool on_failed = true;
    bool on_execution_timeout = true;  ///< after an attempt that was on a worker for as long as it may be
};

/// A class of requests: who waits how long, who goes first.
struct ClassSpec {
    std::string name;
    int priority = 0;                      ///< higher is served first
    std::optional<Duration> timeout;       ///< of one attempt, from its arrival to its answer
    std::optional<Distribution> patience;  ///< in seconds; a client gives up waiting for a worker after it
    std::optional<Duration> poll;     ///< a client that asks for its answer this often; empty: it is told
    std::optional<std::size_t> flow;  ///< index into FleetSpec::flows; empty: a request is of one stage
    RetrySpec retry;
    std::optional<Duration> ttl;  ///< from the first attempt: a request that old ends wherever it is
};

/// When a waiting request is given to a worker.
enum class Binding : std::uint8_t {
    kLate,   ///< when a slot is free: one queue a pool
    kStart,  ///< to the worker that its arrival starts (scale per request)
    kPush,   ///< on arrival, into a ready worker's own queue, from which it cannot move
};

struct QueueSpec {
    std::optional<std::size_t> max_length;     ///< a request beyond it is rejected
    Duration max_wait{std::chrono::hours{1}};  ///< a request that waited this long ends as timed out
    bool hold_without_worker = true;           ///< false: a request that finds no ready worker is rejected
    bool late_is_refused = false;              ///< what waited for max_wait is rejected with 429
};

/// A limit that grows with the pool: the larger of `base` and `per_worker` times its ready workers.
struct ScaledLimit {
    double base = 0;
    double per_worker = 0;
};

/// What an endpoint refuses with 429.
struct RateLimitSpec {
    std::optional<double> requests_per_minute;  ///< a token bucket that holds one minute's allowance
    std::optional<double> tokens_per_minute;    ///< another
    std::optional<ScaledLimit> per_window;      ///< requests in each window of the clock
    Duration window{std::chrono::seconds{10}};
    std::optional<ScaledLimit> concurrent;  ///< requests that wait or run
};

/// How the time between attempts to start grows: after the n-th failure in a row it is
/// min(max, start_retry x factor^(n - 1)), times a uniform in [1 - jitter, 1 + jitter].
struct StartBackoff {
    double factor = 1;
    std::optional<Duration> max;
    double jitter = 0;
};

/// What becomes of a request whose worker is lost under it.
enum class OnWorkerLost : std::uint8_t {
    kFail,     ///< the attempt failed: the client's retries decide
    kRequeue,  ///< it goes back to the head of its pool's queue, and its client does not notice
};

/// One pool: a kind of worker with its limits, models and policies. The models are shared with nobody.
struct PoolSpec {
    std::string name;
    int concurrency = 1;
    Binding binding = Binding::kLate;
    int min_workers = 0;
    int max_workers = 1;
    int excess = 0;  ///< workers beyond the maximum that the platform is documented to allow
    int gpus_per_worker = 1;
    int gpus_per_instance = 1;
    bool starts_empty = false;     ///< false: the size that its policy wants at the start is ready at once
    bool cancel_starting = false;  ///< a start whose requests are gone is cancelled
    Duration stop_time{0};         ///< from the order to stop to gone
    Duration start_retry{std::chrono::seconds{10}};  ///< after a start that failed or found no supply
    StartBackoff start_backoff;
    std::optional<Duration> init_timeout;  ///< a start that takes longer has failed
    bool init_timeout_after_pull = false;  ///< counted from the end of acquire and pull, not from the grant
    std::optional<Duration> execution_timeout;  ///< an attempt that holds its slot for longer has failed
    double crash_rate = 0;                      ///< of each worker, per second
    OnWorkerLost on_worker_lost = OnWorkerLost::kFail;
    std::uint32_t max_requeues = 3;     ///< of one request; then its attempt has failed
    std::optional<std::size_t> supply;  ///< index into FleetSpec::supplies; empty: unlimited
    QueueSpec queue;
    RateLimitSpec rate_limit;
    std::unique_ptr<ServiceFactory> service;
    std::unique_ptr<StartupModel> startup;
    std::unique_ptr<PathModel> path;     ///< empty: no gateway, no take-up delay, no post-processing
    std::unique_ptr<ScalePolicy> scale;  ///< empty: the fleet policy scales this pool
    std::unique_ptr<WorkerRoute> route;
};

using ZoneId = Id<struct ZoneKind>;  ///< an index into FleetSpec::zones

/// Times with spot capacity and times without take turns. Laws in seconds.
struct CapacitySpec {
    Distribution up;
    Distribution down;
};

/// From then on there is spot capacity, or none.
struct CapacityChange {
    SimTime at;
    bool available;
};

/// Everything in the zone is gone for a while.
struct OutageSpec {
    SimTime from;
    Duration length;
};

/// Slots of the clock in which nothing can be started; what runs is left alone.
struct StockOutSpec {
    double probability = 0;  ///< of each slot, 0..1
    Duration slot{std::chrono::seconds{30}};
};

/// Bursts in which many spot instances go at once.
struct SweepSpec {
    double rate = 0;     ///< per second
    Distribution share;  ///< of the zone's spot instances, 0..1
};

/// What fails together.
struct ZoneSpec {
    std::string name;
    std::optional<CapacitySpec> capacity{};  ///< empty: spot capacity all the time, or as replayed
    std::vector<CapacityChange> replay{};    ///< in order of time; the first row holds before it too
    std::vector<OutageSpec> outages{};
    std::optional<StockOutSpec> stock_out{};
    std::optional<SweepSpec> sweeps{};
};

struct HostFaultSpec {
    double rate = 0;      ///< per second and host
    Distribution repair;  ///< in seconds, until it is back
};

/// A machine with GPUs that remembers what ran on it.
struct HostSpec {
    std::string name;
    int gpus = 1;
    std::optional<ZoneId> zone;
    std::optional<HostFaultSpec> faults{};
};

/// What the provider may take back.
struct SpotSpec {
    Duration notice{0};  ///< from the news to the end
    double rate = 0;     ///< of each instance alone, per second; sweeps and capacity come on top
};

/// Which host with enough free GPUs an instance lands on.
enum class Placement : std::uint8_t {
    kPacked,  ///< the one with the fewest free GPUs
    kSpread,  ///< the one with the most
    kRandom,  ///< any, with equal chances, keyed by the pool's n-th start
};

/// GPUs that several pools may have to share.
struct SupplySpec {
    std::string name;
    std::optional<int> gpus;      ///< quota; empty: no limit but what the hosts have
    bool wait_when_short = true;  ///< false: a start beyond the limit fails
    std::optional<ZoneId> zone;   ///< that its GPUs are in; with hosts, each has its own
    std::vector<HostId> hosts;    ///< its machines; empty: nothing is known of them
    Placement placement = Placement::kPacked;
    bool prefers_warm = true;                   ///< hosts that would spare a start most come first
    std::optional<SpotSpec> spot{};             ///< empty: on demand
    std::optional<Duration> launch_interval{};  ///< at most one instance is launched in it
};

/// A new version takes over a pool, worker by worker, as a rolling update of Kubernetes does: there are at
/// most `surge` workers more than wanted, and at most `max_unavailable` fewer that are ready.
struct RolloutSpec {
    SimTime at;
    PoolId pool;
    int surge = 1;
    int max_unavailable = 0;
    std::unique_ptr<StartupModel> startup;  ///< of the new version; empty: as before
};

struct FleetSpec {
    RunSeed seed;
    SimTime begin;                   ///< warm-up begins here; at most 0
    std::optional<SimTime> horizon;  ///< empty: the first full second after the last arrival, or after the
                                     ///< last answer where clients react to them
    std::int64_t wall_clock = 0;     ///< seconds since 1970-01-01 at time 0
    std::vector<ClassSpec> classes;
    std::vector<FlowSpec> flows;
    std::vector<PoolSpec> pools;
    std::vector<SupplySpec> supplies;
    std::vector<ZoneSpec> zones;
    std::vector<HostSpec> hosts;
    std::vector<RolloutSpec> rollouts;
    std::unique_ptr<PoolRoute> route;     ///< empty: everything goes to the first pool
    std::unique_ptr<FleetPolicy> policy;  ///< scales the pools that have no policy of their own
};

}  // namespace spillway
