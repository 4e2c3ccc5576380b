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
};

/// What a pay-per-token API refuses with 429. Token buckets that hold one minute's allowance.
struct RateLimitSpec {
    std::optional<double> requests_per_minute;
    std::optional<double> tokens_per_minute;
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
    std::optional<std::size_t> supply;               ///< index into FleetSpec::supplies; empty: unlimited
    QueueSpec queue;
    RateLimitSpec rate_limit;
    std::unique_ptr<ServiceFactory> service;
    std::unique_ptr<StartupModel> startup;
    std::unique_ptr<PathModel> path;     ///< empty: no gateway, no take-up delay, no post-processing
    std::unique_ptr<ScalePolicy> scale;  ///< empty: the fleet policy scales this pool
    std::unique_ptr<WorkerRoute> route;
};

using ZoneId = Id<struct ZoneKind>;  ///< an index into FleetSpec::zones

/// What fails together.
struct ZoneSpec {
    std::string name;
};

/// A machine with GPUs that remembers what ran on it.
struct HostSpec {
    std::string name;
    int gpus = 1;
    std::optional<ZoneId> zone;
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
    bool prefers_warm = true;  ///< hosts that would spare a start most come first
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
    std::unique_ptr<PoolRoute> route;     ///< empty: everything goes to the first pool
    std::unique_ptr<FleetPolicy> policy;  ///< scales the pools that have no policy of their own
};

}  // namespace spillway
