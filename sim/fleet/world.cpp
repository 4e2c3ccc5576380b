#include "sim/fleet/world.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {
namespace {

constexpr Duration kShortestSpell = std::chrono::seconds{1};

Duration spell_length(const Distribution& law, double luck) {
    return std::max(law.duration(luck), kShortestSpell);
}

/// What is left of the spell that a stationary process is found in: the spell is drawn by its length (a long
/// one is found more often), and the moment is anywhere in it. By the midpoints of the inverse distribution
/// function, so that one uniform serves every law.
Duration rest_of_spell(const Distribution& law, double which, double where) {
    constexpr int kPoints = 4096;
    std::vector<double> lengths(kPoints);
    double sum = 0;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        lengths[i] = law.quantile((static_cast<double>(i) + 0.5) / kPoints);
        sum += lengths[i];
    }
    double left = which * sum;
    for (const double length : lengths) {
        left -= length;
        if (left <= 0)
            return std::max(from_seconds(length * where), kShortestSpell);
    }
    return spell_length(law, 1 - 0.5 / kPoints);
}

}  // namespace

Spells::Spells(const ZoneSpec& zone, RunSeed seed, std::uint32_t number, SimTime begin) : zone_(number) {
    for (std::size_t i = 1; i < zone.replay.size(); ++i) {
        if (zone.replay[i].available != zone.replay[i - 1].available)
            ends_.push_back(zone.replay[i].at);
    }
    if (!zone.replay.empty())
        first_up_ = zone.replay.front().available;
    if (!zone.capacity)
        return;
    law_ = &*zone.capacity;
    key_.emplace(seed, "zone capacity");
    RandomStream luck(*key_, zone_, 0);
    const double up = law_->up.mean();
    first_up_ = luck.uniform() < up / (up + law_->down.mean());
    const double which = luck.uniform();
    ends_.push_back(begin + rest_of_spell(first_up_ ? law_->up : law_->down, which, luck.uniform()));
}

void Spells::extend() {
    const auto number = static_cast<std::uint32_t>(ends_.size());
    const bool is_up = first_up_ == (number % 2 == 0);
    RandomStream luck(*key_, zone_, number);
    ends_.push_back(ends_.back() + spell_length(is_up ? law_->up : law_->down, luck.uniform()));
}

std::size_t Spells::spell_at(SimTime at) {
    while (law_ != nullptr && ends_.back() <= at) extend();
    return static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), at) - ends_.begin());
}

bool Spells::up(SimTime at) { return first_up_ == (spell_at(at) % 2 == 0); }

std::optional<SimTime> Spells::next_change(SimTime at) {
    const std::size_t spell = spell_at(at);
    return spell < ends_.size() ? std::optional(ends_[spell]) : std::nullopt;
}

std::vector<SimTime> Strikes::in_slot(std::uint64_t entity, std::int64_t slot) const {
    std::vector<SimTime> moments;
    if (!(rate_ > 0))
        return moments;
    RandomStream luck(key_, entity, static_cast<std::uint32_t>(slot));
    const double length = to_seconds(kSlot);
    double at = -std::log(luck.uniform()) / rate_;
    while (at < length) {
        moments.push_back(begin_of(slot) + from_seconds(at));
        at -= std::log(luck.uniform()) / rate_;
    }
    return moments;
}

World::World(RunSeed seed, std::span<const ZoneSpec> zones, SimTime begin)
    : zones_(zones), stock_out_key_(seed, "stock-out") {
    for (std::uint32_t zone = 0; zone < zones.size(); ++zone)
        spells_.emplace_back(zones[zone], seed, zone, begin);
}

bool World::is_out(ZoneId zone, SimTime now) const {
    const std::vector<OutageSpec>& outages = zones_[zone.value].outages;
    return std::any_of(outages.begin(), outages.end(), [&](const OutageSpec& outage) {
        return outage.from <= now && now < outage.from + outage.length;
    });
}

std::optional<SimTime> World::stocked_out_until(ZoneId zone, SimTime now) const {
    const std::optional<StockOutSpec>& spec = zones_[zone.value].stock_out;
    if (!spec)
        return std::nullopt;
    const std::int64_t slot = slot_number(now, spec->slot);
    RandomStream luck(stock_out_key_, (std::uint64_t{zone.value} << 40) ^ static_cast<std::uint64_t>(slot));
    if (luck.uniform() >= spec->probability)
        return std::nullopt;
    return SimTime{spec->slot * (slot + 1)};
}

bool World::sells(ZoneId zone, Market market, SimTime now) {
    return !is_out(zone, now) && (market == Market::kOnDemand || has_spot_capacity(zone, now)) &&
           !stocked_out_until(zone, now);
}

std::optional<SimTime> World::may_sell_again(ZoneId zone, Market market, SimTime now) {
    for (const OutageSpec& outage : zones_[zone.value].outages) {
        if (outage.from <= now && now < outage.from + outage.length)
            return outage.from + outage.length;
    }
    if (market == Market::kSpot && !has_spot_capacity(zone, now))
        return spells_[zone.value].next_change(now);
    return stocked_out_until(zone, now);
}

std::optional<SimTime> World::next_change(ZoneId zone, SimTime now) {
    std::optional<SimTime> next = spells_[zone.value].next_change(now);
    for (const OutageSpec& outage : zones_[zone.value].outages) {
        if (outage.from > now && (!next || outage.from < *next))
            next = outage.from;
    }
    return next;
}

}  // namespace spillway
