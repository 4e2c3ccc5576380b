#include "sim/fleet/mishaps.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/core/check.hpp"
#include "sim/core/rng.hpp"

namespace spillway {

Mishaps::Mishaps(FleetState& state, Lifecycle& lifecycle) : state_(state), lifecycle_(lifecycle) {
    const RunSeed seed = state.spec.seed;
    for (const auto& pool : state.pools) {
        Places& places = pools_.emplace_back();
        if (pool->spec.crash_rate > 0)
            places.strikes.emplace(seed, "crash/" + pool->spec.name, pool->spec.crash_rate);
    }
    supply_of_host_.resize(state.spec.hosts.size());
    for (std::size_t i = 0; i < state.spec.supplies.size(); ++i) {
        const SupplySpec& supply = state.spec.supplies[i];
        Places& places = supplies_.emplace_back();
        if (supply.spot && supply.spot->rate > 0)
            places.strikes.emplace(seed, "reclaim/" + supply.name, supply.spot->rate);
        for (const HostId host : supply.hosts) supply_of_host_[host.value] = i;
    }
    for (const ZoneSpec& zone : state.spec.zones) {
        sweeps_.emplace_back();
        if (zone.sweeps)
            sweeps_.back().emplace(seed, "sweep/" + zone.name, zone.sweeps->rate);
    }
    for (const HostSpec& host : state.spec.hosts) {
        faults_.emplace_back();
        if (host.faults && supply_of_host_[faults_.size() - 1])
            faults_.back().emplace(seed, "host fault", host.faults->rate);
    }
}

void Mishaps::begin(SimTime now) {
    for (std::uint32_t zone = 0; zone < state_.spec.zones.size(); ++zone) watch_zone(zone, now);
    slot_begins(now);
}

/// Every strike of the slot that begins, or that the run begins in, is known at its beginning.
void Mishaps::slot_begins(SimTime now) {
    slot_ = Strikes::slot_of(now);
    bool any = false;
    const auto strike = [&](const std::vector<std::optional<Strikes>>& of, FleetEvent kind) {
        for (std::uint32_t entity = 0; entity < of.size(); ++entity) {
            any |= of[entity].has_value();
            if (of[entity])
                schedule(of[entity]->in_slot(entity, slot_), kind, entity, now);
        }
    };
    strike(sweeps_, FleetEvent::kSweep);
    strike(faults_, FleetEvent::kHostFault);
    for (const auto* owners : {&pools_, &supplies_}) {
        for (const Places& places : *owners) any |= places.strikes.has_value();
    }
    if (!any)
        return;
    for (Places& places : pools_) places.covered = 0;
    for (Places& places : supplies_) places.covered = 0;
    for (const auto& pool : state_.pools) cover_places(*pool);
    state_.simulator.schedule(Strikes::begin_of(slot_ + 1), Phase::kWindow,
                              state_.event(FleetEvent::kWorldSlot));
}

/// A strike carries its number in the slot, which keys what it does.
void Mishaps::schedule(const std::vector<SimTime>& moments, FleetEvent kind, std::uint32_t entity,
                       SimTime now) {
    for (std::uint32_t n = 0; n < moments.size(); ++n) {
        if (moments[n] >= now)
            state_.simulator.schedule(moments[n], Phase::kFault, state_.event(kind, entity, n));
    }
}

void Mishaps::cover_places(const Pool& pool) {
    cover(pools_[pool.id.value], pool.ranks.ever(), FleetEvent::kCrash, pool.id.value);
    if (const Supply* supply = supply_of(pool)) {
        const auto number = static_cast<std::uint32_t>(*pool.spec.supply);
        cover(supplies_[number], supply->places(), FleetEvent::kReclaim, number);
    }
}

void Mishaps::cover(Places& places, int most, FleetEvent kind, std::uint32_t owner) {
    if (!places.strikes)
        return;
    const SimTime now = state_.simulator.now();
    for (; places.covered < most; ++places.covered) {
        const auto place = static_cast<std::uint32_t>(places.covered);
        for (const SimTime at : places.strikes->in_slot(place, slot_)) {
            if (at >= now)
                state_.simulator.schedule(at, Phase::kFault, state_.event(kind, owner, place));
        }
    }
}

void Mishaps::handle(FleetEvent kind, const Event& event, SimTime now) {
    switch (kind) {
        case FleetEvent::kWorldSlot:
            slot_begins(now);
            return;
        case FleetEvent::kZoneChange:
            zone_changes(event.a, now);
            return;
        case FleetEvent::kSweep:
            sweep(event.a, event.b, now);
            return;
        case FleetEvent::kReclaim:
            reclaim(event.a, event.b, now);
            return;
        case FleetEvent::kCrash:
            crash(*state_.pools[event.a], event.b, now);
            return;
        case FleetEvent::kHostFault:
            host_fault(event.a, event.b, now);
            return;
        case FleetEvent::kHostBack:
            host_back(event.a, now);
            return;
        default:
            SPILLWAY_CHECK(false, "no event of the world");
    }
}

template <class Hit, class Strike>
void Mishaps::strike_instances(Hit&& hit, Strike&& strike) {
    struct Struck {
        Pool* pool;
        std::uint32_t number;
        std::uint64_t serial;
    };
    std::vector<Struck> struck;  // first all of them: what befalls one may bring others in its place
    for (const auto& pool : state_.pools) {
        if (!pool->spec.supply)
            continue;
        for (const std::uint32_t number : pool->instances.open()) {
            const Instance& instance = pool->instances[number];
            if (hit(*pool, instance))
                struck.push_back({pool.get(), number, instance.serial});
        }
    }
    for (const Struck& one : struck) {
        const Instance& instance = one.pool->instances[one.number];
        if (instance.workers > 0 && instance.serial == one.serial)
            strike(*one.pool, one.number);
    }
}

std::optional<ZoneId> Mishaps::zone_of(const Pool& pool, const Instance& instance) const {
    if (instance.grant.host)
        return state_.spec.hosts[instance.grant.host->value].zone;
    return state_.spec.supplies[*pool.spec.supply].zone;
}

void Mishaps::watch_zone(std::uint32_t zone, SimTime now) {
    if (const auto next = state_.world->next_change({zone}, now))
        state_.simulator.schedule(*next, Phase::kFault, state_.event(FleetEvent::kZoneChange, zone));
}

void Mishaps::zone_changes(std::uint32_t number, SimTime now) {
    const ZoneId zone{number};
    watch_zone(number, now);
    const bool out = state_.world->is_out(zone, now);
    if (!out && state_.world->has_spot_capacity(zone, now))
        return;
    const auto hit = [&](const Pool& pool, const Instance& instance) {
        return zone_of(pool, instance) == zone && (out || supply_of(pool)->market() == Market::kSpot);
    };
    strike_instances(hit, [&](Pool& pool, std::uint32_t instance) {
        if (out) {
            lifecycle_.lose_instance(pool, instance, Setback::kOutage, now);
        } else {
            lifecycle_.interrupt(pool, instance, supply_of(pool)->spec().spot->notice, now);
        }
    });
}

/// The share that goes is drawn for the sweep; who is among it, for the place: under another policy the same
/// places are swept at the same time.
void Mishaps::sweep(std::uint32_t number, std::uint32_t nth, SimTime now) {
    const ZoneId zone{number};
    const std::string& name = state_.spec.zones[number].name;
    const auto slot = static_cast<std::uint32_t>(Strikes::slot_of(now));
    const RunSeed seed = state_.spec.seed;
    RandomStream luck(StreamKey(seed, "sweep share/" + name), nth, slot);
    const double share = state_.spec.zones[number].sweeps->share.quantile(luck.uniform());
    const StreamKey places(seed, fmt::format("swept places/{}/{}", name, nth));
    const auto hit = [&](const Pool& pool, const Instance& instance) {
        if (zone_of(pool, instance) != zone || supply_of(pool)->market() != Market::kSpot)
            return false;
        const std::uint64_t place =
            (std::uint64_t{*pool.spec.supply} << 32) | static_cast<std::uint32_t>(instance.grant.place);
        return RandomStream(places, place, slot).uniform() < share;
    };
    strike_instances(hit, [&](Pool& pool, std::uint32_t instance) {
        lifecycle_.interrupt(pool, instance, supply_of(pool)->spec().spot->notice, now);
    });
}

void Mishaps::reclaim(std::uint32_t supply, std::uint32_t place, SimTime now) {
    const auto hit = [&](const Pool& pool, const Instance& instance) {
        return *pool.spec.supply == supply && static_cast<std::uint32_t>(instance.grant.place) == place;
    };
    strike_instances(hit, [&](Pool& pool, std::uint32_t instance) {
        lifecycle_.interrupt(pool, instance, supply_of(pool)->spec().spot->notice, now);
    });
}

/// A worker whose node is on its way runs nothing that may crash, and one that stops has nothing to lose.
void Mishaps::crash(Pool& pool, std::uint32_t rank, SimTime now) {
    std::optional<std::uint32_t> struck;
    state_.for_each_worker([&](std::uint32_t number) {
        const Worker& worker = state_.workers[number];
        if (worker.pool == pool.id && static_cast<std::uint32_t>(worker.rank) == rank &&
            worker.instance != kNoNode && worker.state() != WorkerState::kAcquiring &&
            worker.state() != WorkerState::kStopping) {
            struck = number;
        }
    });
    if (struck)
        lifecycle_.lose(*struck, Setback::kCrashed, now);
}

void Mishaps::host_fault(std::uint32_t number, std::uint32_t nth, SimTime now) {
    const HostId host{number};
    Supply& supply = state_.supplies[*supply_of_host_[number]];
    if (supply.is_down(host))
        return;
    supply.set_down(host, true);
    RandomStream luck(StreamKey(state_.spec.seed, "host repair"), std::uint64_t{nth} << 32 | number,
                      static_cast<std::uint32_t>(Strikes::slot_of(now)));
    const Duration repair = state_.spec.hosts[number].faults->repair.duration(luck.uniform());
    state_.simulator.schedule(now + repair, Phase::kFault, state_.event(FleetEvent::kHostBack, number));
    for (const auto& pool : state_.pools) {
        if (pool->spec.supply == supply_of_host_[number])
            pool->spec.startup->host_lost(host, now);
    }
    strike_instances([&](const Pool&, const Instance& instance) { return instance.grant.host == host; },
                     [&](Pool& pool, std::uint32_t instance) {
                         lifecycle_.lose_instance(pool, instance, Setback::kHostFault, now);
                     });
}

void Mishaps::host_back(std::uint32_t number, SimTime now) {
    const std::size_t supply = *supply_of_host_[number];
    state_.supplies[supply].set_down({number}, false);
    lifecycle_.serve_waiting_asks(supply, now);
}

}  // namespace spillway
