#include "models/cold_start/snapshots.hpp"

#include <algorithm>
#include <cmath>

#include "models/cold_start/time_slot.hpp"

namespace spillway {

Snapshots::Snapshots(SnapshotSpec spec, std::shared_ptr<StartGround> ground, std::uint32_t owner,
                     const ModelContext& context)
    : spec_(std::move(spec)),
      ground_(std::move(ground)),
      owner_(owner),
      kept_key_(context.stream("snapshot_kept")),
      chance_key_(context.stream("snapshot_chance")) {
    if (spec_.bytes)
        name_ = ground_->name(StoredKind::kSnapshot, std::string(context.pool), *spec_.bytes, spec_.where);
}

Stored Snapshots::stored(std::uint32_t version) const {
    return {StoredKind::kSnapshot, {name_, version, owner_}, spec_.bytes.value_or(0)};
}

std::optional<SimTime> Snapshots::kept_until(HostId host, SimTime now) const {
    if (!spec_.kept_for)
        return std::nullopt;
    RandomStream luck(kept_key_, host.value, time_slot(now));
    return now + spec_.kept_for->duration(luck.uniform());
}

bool Snapshots::is_on(HostId host, std::uint32_t version, SimTime now) const {
    const auto found = kept_.find({host.value, version});
    if (found == kept_.end())
        return false;
    const Kept& kept = found->second;
    if (now < kept.from || (kept.until && *kept.until <= now))
        return false;
    return !spec_.bytes || ground_->level(host, stored(version), now) != Level::kAway;
}

bool Snapshots::serves(const StartContext& start, SimTime now) {
    if (!start.host)
        return spec_.chance && serves_by_chance(start, now);
    if (!is_on(*start.host, start.version, now))
        return false;
    kept_[{start.host->value, start.version}].until = kept_until(*start.host, now);
    if (spec_.bytes)
        ground_->use(start.host, stored(start.version), now);
    return true;
}

bool Snapshots::serves_by_chance(const StartContext& start, SimTime now) {
    const auto newest = std::find_if(places_.rbegin(), places_.rend(), [&](const Place& place) {
        return place.version == start.version && place.from <= now;
    });
    if (newest == places_.rend())
        return false;
    const SnapshotChance& chance = *spec_.chance;
    double probability = chance.at_once;
    if (chance.fade)
        probability *= std::exp(-to_seconds(now - newest->left) / to_seconds(*chance.fade));
    if (RandomStream(chance_key_, start.nth).uniform() >= probability)
        return false;
    if (!chance.serves_all)
        places_.erase(std::next(newest).base());
    return true;
}

void Snapshots::worker_left(std::optional<HostId> host, std::uint32_t version, SimTime now) {
    if (!host) {
        if (spec_.chance)
            leave_place(version, now);
        return;
    }
    const bool had = is_on(*host, version, now);
    if (spec_.bytes) {
        if (!ground_->has_disk_for(host, StoredKind::kSnapshot))
            return;
        ground_->keep(host, stored(version), now);
    }
    Kept& kept = kept_[{host->value, version}];
    if (!had)
        kept.from = now + spec_.taken_in;
    kept.until = kept_until(*host, std::max(kept.from, now));
}

void Snapshots::leave_place(std::uint32_t version, SimTime now) {
    if (spec_.chance->serves_all) {
        const auto known = std::find_if(places_.begin(), places_.end(),
                                        [&](const Place& place) { return place.version == version; });
        if (known != places_.end()) {
            known->left = now;
            return;
        }
    }
    places_.push_back({version, now + spec_.taken_in, now});
}

void Snapshots::host_lost(HostId host) {
    std::erase_if(kept_, [&](const auto& entry) { return entry.first.first == host.value; });
}

}  // namespace spillway
