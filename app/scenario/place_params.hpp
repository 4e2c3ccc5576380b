#pragma once

#include <array>

#include "sim/core/config.hpp"

// Where GPUs come from and what happens there: a part of the members of a scenario file.
namespace spillway::scenario_tables {

inline constexpr std::array kCapacity{
    required_param("up", ParamKind::kDurationLaw, "How long there is spot capacity."),
    required_param("down", ParamKind::kDurationLaw, "How long there is none."),
};

inline constexpr std::array kOutage{
    required_param("from", ParamKind::kDuration, "When it begins, from time 0."),
    required_param("for", ParamKind::kDuration, "How long it lasts."),
};

inline constexpr std::array kStockOut{
    required_param("probability", ParamKind::kRatio, "That nothing can be started in a slot of time."),
    default_param("slot", ParamKind::kDuration, "30s", "Length of a slot."),
};

inline constexpr std::array kSweeps{
    required_param("rate", ParamKind::kRate, "How often many spot instances go at once."),
    required_param("share", ParamKind::kNumberLaw, "Of the zone's spot instances, 0 to 1."),
};

inline constexpr std::array kZone{
    required_param("name", ParamKind::kText, "Name of the zone, as supplies and hosts refer to it."),
    object_param("capacity", kCapacity, "When it has spot capacity; without it, always."),
    optional_param("availability", ParamKind::kText,
                   "In place of capacity: a CSV file with the columns time (seconds) and available."),
    list_param("outages", kOutage, "Times in which everything in the zone is gone."),
    object_param("stock_out", kStockOut, "Slots of time in which no start finds capacity."),
    object_param("sweeps", kSweeps, "Bursts of spot interruptions."),
};

inline constexpr std::array kHostFaults{
    required_param("rate", ParamKind::kRate, "Of each host; all workers on it die at once."),
    default_param("repair", ParamKind::kDurationLaw, "1h", "Until the host is back, with empty caches."),
};

inline constexpr std::array kHosts{
    required_param("name", ParamKind::kText, "Name of the group; its hosts are NAME-0, NAME-1 and so on."),
    default_param("count", ParamKind::kCount, "1", "Hosts in the group."),
    default_param("gpus", ParamKind::kCount, "8", "GPUs of each."),
    required_param("supply", ParamKind::kText, "The supply that their GPUs belong to."),
    optional_param("zone", ParamKind::kText, "The zone that they are in (that of the supply)."),
    object_param("faults", kHostFaults, "How often they fail; without it, never."),
    optional_param("image_cache", ParamKind::kBytes,
                   "Disk of each for images that starts pulled; without it, none is kept."),
    optional_param("weight_cache", ParamKind::kBytes,
                   "Disk of each for weights and snapshots; without it, none are kept."),
    optional_param("memory_cache", ParamKind::kBytes,
                   "Memory of each for weights that were loaded; without it, none are kept."),
    optional_param("churn", ParamKind::kDurationLaw,
                   "Time unused until the use of others has evicted what a host keeps; without it, never."),
    optional_param("nic", ParamKind::kByteRate,
                   "What all transfers to one of them share; without it, no limit."),
    optional_param("disk", ParamKind::kByteRate, "What all reads of one's disk share; without it, no limit."),
};

inline constexpr std::array kInterruption{
    default_param("notice", ParamKind::kDuration, "30s",
                  "From the news to the end; workers drain meanwhile."),
    default_param("rate", ParamKind::kRate, "0/h",
                  "Of each instance alone; sweeps and the capacity of the zone come on top."),
};

inline constexpr std::array kLink{
    required_param("name", ParamKind::kText, "Name, as start phases refer to it: a registry, a storage."),
    required_param("bandwidth", ParamKind::kByteRate, "What all transfers over it share."),
};

inline constexpr std::array kSupply{
    required_param("name", ParamKind::kText, "Name, as pools refer to it."),
    optional_param("gpus", ParamKind::kCount, "Quota; without it, no limit."),
    choice_param("when_short", "wait|fail", "wait", "What happens to a start beyond the quota."),
    optional_param("zone", ParamKind::kText, "The zone that its GPUs are in."),
    choice_param("kind", "on-demand|spot", "on-demand", "spot: the provider may take instances back."),
    object_param("interruption", kInterruption, "How a spot supply takes instances back."),
    optional_param("launch_interval", ParamKind::kDuration,
                   "At most one instance is launched in it (12 s at Lambda)."),
    choice_param("placement", "packed|spread|random", "packed",
                 "Which of its hosts with room a start lands on: the fullest, the emptiest, or any."),
    default_param("prefers_warm", ParamKind::kFlag, "true",
                  "Hosts that would spare the start most (a snapshot, weights, the image) come first."),
};

inline constexpr std::array kRollout{
    required_param("at", ParamKind::kDuration, "When the new version begins to replace workers."),
    required_param("pool", ParamKind::kText, "Whose workers."),
    default_param("surge", ParamKind::kCount, "1", "Workers beyond those wanted, at most."),
    default_param("max_unavailable", ParamKind::kCount, "0", "Ready workers below those wanted, at most."),
    optional_param("startup", ParamKind::kObject, "How the new version starts; without it, as the old one."),
};

}  // namespace spillway::scenario_tables
