#pragma once

#include <vector>

#include "sim/fleet/fleet_state.hpp"
#include "sim/fleet/lifecycle.hpp"

namespace spillway {

/// Lets what goes wrong in the world happen to the fleet. What happens when follows from zone, host or place
/// and from the slot of time, never from what policies did. Fleet-internal.
class Mishaps {
public:
    Mishaps(FleetState& state, Lifecycle& lifecycle);

    void begin(SimTime now);

    /// More places of the pool, or of its supply, are in use than were looked at: they may be struck in what
    /// is left of the slot. Cheap when none are.
    void cover_places(const Pool& pool);

    /// An event of the world.
    void handle(FleetEvent kind, const Event& event, SimTime now);

private:
    /// The places of one pool or supply.
    struct Places {
        std::optional<Strikes> strikes;  // empty: nothing strikes them
        int covered = 0;                 // their strikes of this slot are scheduled
    };
    void cover(Places& places, int most, FleetEvent kind, std::uint32_t owner);
    void slot_begins(SimTime now);
    void watch_zone(std::uint32_t zone, SimTime now);
    void zone_changes(std::uint32_t zone, SimTime now);
    void sweep(std::uint32_t zone, std::uint32_t number, SimTime now);
    void reclaim(std::uint32_t supply, std::uint32_t place, SimTime now);
    void crash(Pool& pool, std::uint32_t rank, SimTime now);
    void host_fault(std::uint32_t host, std::uint32_t number, SimTime now);
    void host_back(std::uint32_t host, SimTime now);
    void schedule(const std::vector<SimTime>& moments, FleetEvent kind, std::uint32_t entity, SimTime now);
    std::optional<ZoneId> zone_of(const Pool& pool, const Instance& instance) const;
    Supply* supply_of(const Pool& pool) {
        return pool.spec.supply ? &state_.supplies[*pool.spec.supply] : nullptr;
    }
    /// Calls `strike(pool, number)` for the instances, of those open now, that `hit(pool, instance)` names.
    template <class Hit, class Strike>
    void strike_instances(Hit&& hit, Strike&& strike);

    FleetState& state_;
    Lifecycle& lifecycle_;
    std::vector<Places> pools_;
    std::vector<Places> supplies_;
    std::vector<std::optional<Strikes>> sweeps_;  // by zone
    std::vector<std::optional<Strikes>> faults_;  // by host
    std::vector<std::optional<std::size_t>> supply_of_host_;
    std::int64_t slot_ = 0;
};

}  // namespace spillway
