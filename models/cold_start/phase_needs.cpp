// PhaseModel, second part: where phases find what they need, and what hosts keep of it.
#include <algorithm>
#include <cmath>

#include "models/cold_start/phase_model.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

// How much of a start each thing on its host spares, so that the greater one decides.
constexpr int kImageWarmth = 1;
constexpr int kDiskWarmth = 2;
constexpr int kMemoryWarmth = 4;
constexpr int kSnapshotWarmth = 8;

}  // namespace

/// The restore takes place in the replaced phases that wait for no other replaced one; never in those that
/// acquire or pull, where others are replaced: it is the container's work, and billed as that.
void PhaseModel::place_restore(const std::string& where) {
    const auto phases = graph_.phases();
    std::vector<bool> replaced(phases.size(), false);
    for (const std::string& name : snapshot_->replaces) {
        const auto found = std::find_if(phases.begin(), phases.end(),
                                        [&](const PhaseGraph::Phase& phase) { return phase.name == name; });
        if (found == phases.end()) {
            std::vector<std::string_view> names;
            for (const PhaseGraph::Phase& phase : phases) names.emplace_back(phase.name);
            throw unknown_name(where, "phase", name, names);
        }
        replaced[static_cast<std::size_t>(found - phases.begin())] = true;
    }
    const auto replaced_work = [&](std::uint32_t phase) {
        return replaced[phase] && phases[phase].kind > StartPhase::kPull;
    };
    bool has_work = false;
    for (std::uint32_t phase = 0; phase < phases.size(); ++phase) has_work = has_work || replaced_work(phase);
    const auto takes = [&](std::uint32_t phase) { return has_work ? replaced_work(phase) : replaced[phase]; };
    std::vector<bool> behind(phases.size(), false);  // a replaced phase that can take it comes before
    restores_.assign(phases.size(), Restore::kNone);
    for (const std::uint32_t phase : graph_.order()) {
        for (const std::uint32_t before : phases[phase].after)
            behind[phase] = behind[phase] || behind[before] || takes(before);
        if (replaced[phase])
            restores_[phase] = takes(phase) && !behind[phase] ? Restore::kTakesIt : Restore::kFollowsIt;
    }
}

Stored PhaseModel::version_of(const Stored& stored, std::uint32_t version) const {
    Stored its = stored;
    if (its.kind == StoredKind::kImage && version != 0) {
        its.key.version = version;
        its.key.owner = owner_;
    }
    return its;
}

PhaseModel::Way PhaseModel::way(Run& run, std::uint32_t phase, SimTime now) {
    if (run.restored && restores_[phase] != Restore::kNone)
        return restores_[phase] == Restore::kTakesIt ? Way::kRestored : Way::kSpared;
    const std::optional<PhaseNeed>& need = graph_.phases()[phase].need;
    if (!need || !need->stored)
        return Way::kAway;
    const Stored stored = version_of(*need->stored, run.context.version);
    const Level level = ground_->level(run.context.host, stored, now);
    if (level != Level::kAway) {
        ground_->use(run.context.host, stored, now);
        run.pins.push_back(ground_->pin(run.context.host, stored, now));
        return level == Level::kMemory ? Way::kMemory : Way::kDisk;
    }
    // What an earlier phase of this start has brought is at hand, also where hosts keep nothing.
    const bool brought = std::any_of(run.brought.begin(), run.brought.end(),
                                     [&](const Stored& other) { return other.is(stored); });
    return brought ? Way::kDisk : Way::kAway;
}

const PhaseHaul* PhaseModel::haul(const Run& run, std::uint32_t phase) const {
    const auto moved = [](const std::optional<PhaseHaul>& haul) { return haul ? &*haul : nullptr; };
    if (run.ways[phase] == Way::kRestored)
        return moved(snapshot_->haul);
    const std::optional<PhaseNeed>& need = graph_.phases()[phase].need;
    if (!need)
        return nullptr;
    return run.ways[phase] == Way::kAway   ? moved(need->away)
           : run.ways[phase] == Way::kDisk ? moved(need->from_disk)
                                           : nullptr;
}

SharedLinks::Haul PhaseModel::bytes_to_move(const Run& run, std::uint32_t phase) const {
    const PhaseHaul& moved = *haul(run, phase);
    const double factor =
        moved.noise.is_constant() ? 1 : std::max(0.0, moved.noise.quantile(luck(run, phase)));
    SharedLinks::Haul bytes{std::llround(std::min(moved.bytes * factor, kMostBytes)), moved.over,
                            moved.limit};
    if (moved.over_nic) {
        if (const auto nic = ground_->nic(run.context.host))
            bytes.links.push_back(*nic);
    }
    if (moved.over_disk) {
        if (const auto disk = ground_->disk(run.context.host))
            bytes.links.push_back(*disk);
    }
    return bytes;
}

void PhaseModel::begin_fetch(Run& run, std::uint32_t phase, SimTime now) {
    SharedLinks::Haul bytes = bytes_to_move(run, phase);
    std::optional<Stored> keeps;
    // What comes from the host's own disk, each start reads for itself.
    if (run.ways[phase] == Way::kAway && !haul(run, phase)->over_disk && graph_.phases()[phase].need->stored)
        keeps = version_of(*graph_.phases()[phase].need->stored, run.context.version);
    if (bytes.bytes == 0) {
        end_phase(run, phase, now);
        return;
    }
    fetching_.push_back({ground_->fetch(run.context.host, keeps, std::move(bytes), now), run.order, phase,
                         run.context.start});
}

/// Transfers that are over end their phases at `now`.
void PhaseModel::collect_fetched(SimTime now) {
    const auto over = std::stable_partition(fetching_.begin(), fetching_.end(), [&](const Fetching& one) {
        return ground_->ends_at(one.fetch) > now;
    });
    for (auto one = over; one != fetching_.end(); ++one) {
        push({now, one->order, one->phase, one->start});
        ground_->release(one->fetch, now);
    }
    fetching_.erase(over, fetching_.end());
}

/// What a phase that is over brought to its host, or used there.
void PhaseModel::settle_need(Run& run, std::uint32_t phase, SimTime now) {
    const std::optional<PhaseNeed>& need = graph_.phases()[phase].need;
    if (!need || !need->stored)
        return;
    const Way passed = run.ways[phase];
    if (passed == Way::kRestored || passed == Way::kSpared)
        return;
    const Stored stored = version_of(*need->stored, run.context.version);
    if (passed == Way::kMemory) {
        ground_->use(run.context.host, stored, now);
    } else {
        ground_->keep(run.context.host, stored, now);
    }
    if (passed == Way::kAway) {
        run.brought.push_back(stored);
        run.pins.push_back(ground_->pin(run.context.host, stored, now));
    }
}

/// The start is over, one way or another.
void PhaseModel::let_go(Run& run, SimTime now) {
    std::erase_if(fetching_, [&](const Fetching& one) {
        if (one.order != run.order)
            return false;
        ground_->release(one.fetch, now);
        return true;
    });
    for (const Pin& pin : run.pins) ground_->unpin(run.context.host, pin);
    run.pins.clear();
    run.order = 0;
}

int PhaseModel::warmth(HostId host, std::uint32_t version, SimTime now) const {
    int warmth = snapshots_ && snapshots_->is_on(host, version, now) ? kSnapshotWarmth : 0;
    for (const PhaseGraph::Phase& phase : graph_.phases()) {
        if (!phase.need || !phase.need->stored)
            continue;
        const Stored stored = version_of(*phase.need->stored, version);
        const Level level = ground_->level(host, stored, now);
        if (level == Level::kAway)
            continue;
        warmth |= stored.kind == StoredKind::kImage ? kImageWarmth
                  : level == Level::kMemory         ? kMemoryWarmth
                                                    : kDiskWarmth;
    }
    return warmth;
}

void PhaseModel::worker_left(std::optional<HostId> host, std::uint32_t version, SimTime now) {
    for (const PhaseGraph::Phase& phase : graph_.phases()) {
        if (host && phase.need && phase.need->stored)
            ground_->keep(host, version_of(*phase.need->stored, version), now);
    }
    if (snapshots_)
        snapshots_->worker_left(host, version, now);
}

void PhaseModel::host_lost(HostId host, SimTime now) {
    static_cast<void>(now);
    ground_->host_lost(host);
    if (snapshots_)
        snapshots_->host_lost(host);
}

}  // namespace spillway
