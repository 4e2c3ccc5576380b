#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "sim/core/linked_list.hpp"
#include "sim/core/slot_table.hpp"
#include "sim/fleet/service_model.hpp"
#include "sim/fleet/startup_model.hpp"
#include "sim/fleet/worker_state.hpp"

namespace spillway {

/// One worker life. Fleet-internal; the slot is reused by later lives.
struct Worker {
    std::uint32_t number = 0;  ///< its slot in the table
    PoolId pool;
    std::uint64_t nth = 0;      ///< counts the pool's starts
    int rank = 0;               ///< lowest number that was free in the pool
    std::uint32_t version = 0;  ///< of what it runs
    std::uint32_t instance = kNoNode;
    WorkerClock clock;
    std::unique_ptr<ServiceModel> service;

    SimTime started;               ///< its start phases began
    std::optional<SimTime> ready;  ///< empty until it can serve
    std::vector<StartStretch>
        path;  ///< critical path of its start; empty for one that was there from the beginning

    bool pulled = false;     ///< its start is past what acquires and pulls
    bool on_notice = false;  ///< its instance was taken back: it counts as lost
    int in_flight = 0;       ///< requests that hold a slot
    SimTime idle_since;
    ListLinks links;                      ///< in its pool's list of those that are coming
    LinkedList bound;                     ///< requests bound to it that have no slot yet
    std::uint32_t change_generation = 0;  ///< service-change events of another generation are stale
    std::optional<SimTime> next_change;   ///< when the pending one fires
    std::uint32_t life_generation = 0;    ///< stop and drain events of earlier lives are stale

    WorkerState state() const noexcept { return clock.state(); }
    bool is_ready() const noexcept {
        return clock.state() == WorkerState::kIdle || clock.state() == WorkerState::kBusy;
    }
};

using WorkerTable = SlotTable<Worker>;

}  // namespace spillway
