#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/rng.hpp"
#include "sim/core/time.hpp"
#include "sim/fleet/specs.hpp"

namespace spillway {

/// How an instance is bought: spot capacity comes and goes, and may be taken back.
enum class Market : std::uint8_t { kOnDemand, kSpot };

/// Spells with and without capacity, one after the other, for ever: the n-th one's length follows from
/// (seed, zone, n) alone, or from a trace. Nothing depends on who asks, or how often.
class Spells {
public:
    /// Capacity all the time.
    Spells() = default;
    /// The zone's law or trace; a law begins at `begin`, in the midst of a spell as the law has them.
    Spells(const ZoneSpec& zone, RunSeed seed, std::uint32_t number, SimTime begin);

    bool up(SimTime at);
    /// The first change after `at`; empty: never.
    std::optional<SimTime> next_change(SimTime at);

private:
    std::size_t spell_at(SimTime at);
    void extend();

    std::vector<SimTime> ends_;  // of the spells in order, those that were needed so far
    bool first_up_ = true;
    const CapacitySpec* law_ = nullptr;
    std::optional<StreamKey> key_;
    std::uint32_t zone_ = 0;
};

/// What goes wrong at a constant rate, slot of time by slot of time: what happens in a slot follows from
/// (purpose, entity, slot) alone.
class Strikes {
public:
    static constexpr Duration kSlot = std::chrono::hours{1};
    static std::int64_t slot_of(SimTime at) noexcept { return slot_number(at, kSlot); }
    static SimTime begin_of(std::int64_t slot) noexcept { return SimTime{kSlot * slot}; }

    /// `rate` is per second.
    Strikes(RunSeed seed, const std::string& purpose, double rate) : key_(seed, purpose), rate_(rate) {}

    /// A Poisson process: its moments in the slot, in order.
    std::vector<SimTime> in_slot(std::uint64_t entity, std::int64_t slot) const;

private:
    StreamKey key_;
    double rate_;
};

/// What the zones go through, whatever a policy does. Owned by the fleet; fleet-internal.
class World {
public:
    /// `zones` outlives the world.
    World(RunSeed seed, std::span<const ZoneSpec> zones, SimTime begin);

    /// Whether an instance can be started there.
    bool sells(ZoneId zone, Market market, SimTime now);
    /// For a zone that does not sell: when that may be over. Empty: never.
    std::optional<SimTime> may_sell_again(ZoneId zone, Market market, SimTime now);

    bool has_spot_capacity(ZoneId zone, SimTime now) { return spells_[zone.value].up(now); }
    bool is_out(ZoneId zone, SimTime now) const;
    /// The next time after `now` at which an outage begins or spot capacity changes; empty: never.
    std::optional<SimTime> next_change(ZoneId zone, SimTime now);

private:
    std::optional<SimTime> stocked_out_until(ZoneId zone, SimTime now) const;

    std::span<const ZoneSpec> zones_;
    std::vector<Spells> spells_;
    StreamKey stock_out_key_;
};

}  // namespace spillway
