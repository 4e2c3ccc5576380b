#pragma once
// Small random fleets: a description that can be printed, and built as often as a law needs the same fleet.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cold_start/start_ground.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway::laws {

/// A policy that changes its mind at every call: sizes, victims and reasons are drawn.
struct RestlessPlan {
    Wakes wakes;
    int most;  ///< targets are drawn up to this, limits or not
};

struct PoolPlan {
    std::string name;
    int concurrency = 1;
    Binding binding = Binding::kLate;
    int min_workers = 0;
    int max_workers = 1;
    int excess = 0;
    int gpus_per_worker = 1;
    int gpus_per_instance = 1;
    bool starts_empty = false;
    bool cancel_starting = false;
    Duration stop_time{0};
    Duration start_retry{0};
    bool has_supply = false;
    StartBackoff start_backoff;
    std::optional<Duration> init_timeout;
    std::optional<Duration> execution_timeout;
    double crash_rate = 0;
    OnWorkerLost on_worker_lost = OnWorkerLost::kFail;
    std::uint32_t max_requeues = 0;
    QueueSpec queue;
    RateLimitSpec rate_limit;
    std::string service;  ///< JSON; "picky": a fake that rejects large prompts
    std::string startup;  ///< JSON
    std::string path;     ///< JSON; empty: none
    std::string post;     ///< JSON; empty: none
    std::string scale;    ///< JSON; "restless"; empty: the fleet policy scales it
    RestlessPlan restless;
    std::string route;  ///< JSON; "probe": checks what engines show; empty: the index's own choice
};

struct RolloutPlan {
    Duration at{0};
    std::uint32_t pool = 0;
    int surge = 1;
    int max_unavailable = 0;
    std::string startup;  ///< JSON; empty: as before
};

/// What the hosts keep, and the link "registry" over which they all load.
struct GroundPlan {
    double registry = 1;  ///< bytes a second
    HostGear gear;
};

struct OverflowPlan {
    Duration after{0};
    bool early = false;
};

struct Scenario {
    std::uint64_t seed = 1;
    Duration warm_up{0};
    std::optional<Duration> horizon;
    std::vector<ClassSpec> classes;
    std::vector<FlowSpec> flows;
    std::vector<PoolPlan> pools;
    std::optional<SupplySpec> supply;
    std::vector<ZoneSpec> zones;
    std::vector<HostSpec> hosts;       ///< of the supply
    std::optional<GroundPlan> ground;  ///< starts load what hosts may keep, over what they share
    std::vector<RolloutPlan> rollouts;
    std::string fleet_policy;              ///< JSON; empty: every pool has its own
    std::optional<OverflowPlan> overflow;  ///< from the first pool to the second
    std::vector<Arrival> arrivals;
    std::uint32_t clients = 0;  ///< closed-loop clients beside the list
    std::uint32_t turns = 0;
    Duration think{0};
};

Scenario draw_scenario();
/// Stages in the pools of a scenario that has these many, each behind some of those before it.
FlowSpec draw_flow(int pools);
/// Requests of one stage each, whose clients are told at once.
void make_plain(Scenario& scenario);
/// A token-level engine whose memory, budget and context are so small that requests meet their limits.
std::string draw_llm_service();
/// Takes away what breaks off attempts under way.
void leave_in_peace(Scenario& scenario);
FleetSpec build_spec(const Scenario& scenario);
std::unique_ptr<RequestSource> build_source(const Scenario& scenario);
std::string describe(const Scenario& scenario);

}  // namespace spillway::laws
