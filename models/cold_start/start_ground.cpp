#include "models/cold_start/start_ground.hpp"

#include <algorithm>
#include <utility>

#include "models/cold_start/time_slot.hpp"
#include "sim/core/check.hpp"
#include "sim/core/error.hpp"

namespace spillway {
namespace {

std::optional<NodeCache> cache_of(const std::optional<std::int64_t>& bytes) {
    if (!bytes)
        return std::nullopt;
    return NodeCache(*bytes);
}

std::string_view word(StoredKind kind) {
    switch (kind) {
        case StoredKind::kImage:
            return "image";
        case StoredKind::kWeights:
            return "weights";
        case StoredKind::kSnapshot:
            return "snapshot";
    }
    return {};
}

}  // namespace

StartGround::StartGround(GroundSpec spec) : spec_(std::move(spec)) {
    for (const LinkSpec& link : spec_.links) links_.add(link.bandwidth);
    const auto own_link = [&](const std::optional<double>& bandwidth) {
        return bandwidth ? std::optional(links_.add(*bandwidth)) : std::nullopt;
    };
    for (const std::uint32_t group : spec_.gear_of) {
        const HostGear& gear = spec_.gear[group];
        hosts_.push_back({cache_of(gear.image_cache), cache_of(gear.weight_cache),
                          cache_of(gear.memory_cache), own_link(gear.nic), own_link(gear.disk)});
    }
}

LinkId StartGround::link(std::string_view name, const std::string& where) const {
    std::vector<std::string_view> names;
    for (std::uint32_t number = 0; number < spec_.links.size(); ++number) {
        if (spec_.links[number].name == name)
            return {number};
        names.push_back(spec_.links[number].name);
    }
    if (names.empty())
        throw InputError(
            where, "the scenario has no link \"" + std::string(name) + "\"",
            R"(add "links": [{"name": ")" + std::string(name) + R"(", "bandwidth": "10Gbit/s"}])");
    throw unknown_name(where, "link", name, names);
}

std::uint32_t StartGround::name(StoredKind kind, const std::string& name, std::int64_t bytes,
                                const std::string& where) {
    for (std::uint32_t number = 0; number < names_.size(); ++number) {
        const Name& known = names_[number];
        if (known.kind != kind || known.name != name)
            continue;
        // Each version of a pool has snapshots of its own, told apart by their keys.
        if (kind == StoredKind::kSnapshot && known.bytes != bytes)
            continue;
        if (known.bytes != bytes) {
            throw InputError(where,
                             std::string(word(kind)) + " \"" + name + "\" of " + std::to_string(bytes) +
                                 " B has " + std::to_string(known.bytes) + " B in another place",
                             "give it one size, or two names");
        }
        return number;
    }
    names_.push_back(
        {kind, name, bytes, StreamKey(spec_.seed, "churn/" + std::string(word(kind)) + '/' + name)});
    return static_cast<std::uint32_t>(names_.size() - 1);
}

NodeCache* StartGround::disk_cache(std::optional<HostId> host, StoredKind kind) {
    if (!host || host->value >= hosts_.size())
        return nullptr;
    Host& one = hosts_[host->value];
    std::optional<NodeCache>& cache = kind == StoredKind::kImage ? one.images : one.disk_weights;
    return cache ? &*cache : nullptr;
}

NodeCache* StartGround::memory_cache(std::optional<HostId> host, StoredKind kind) {
    if (!host || host->value >= hosts_.size() || kind != StoredKind::kWeights)
        return nullptr;
    std::optional<NodeCache>& cache = hosts_[host->value].memory;
    return cache ? &*cache : nullptr;
}

std::optional<SimTime> StartGround::evicted_at(HostId host, const Stored& stored, SimTime now) const {
    const std::optional<Distribution>& churn = spec_.gear[spec_.gear_of[host.value]].churn;
    if (!churn)
        return std::nullopt;
    RandomStream luck(names_[stored.key.name].churn, host.value, time_slot(now));
    return now + churn->duration(luck.uniform());
}

Level StartGround::level(std::optional<HostId> host, const Stored& stored, SimTime now) {
    settle(now);
    const NodeCache* memory = memory_cache(host, stored.kind);
    if (memory != nullptr && memory->holds(stored.key, now))
        return Level::kMemory;
    const NodeCache* disk = disk_cache(host, stored.kind);
    return disk != nullptr && disk->holds(stored.key, now) ? Level::kDisk : Level::kAway;
}

void StartGround::keep(std::optional<HostId> host, const Stored& stored, SimTime now) {
    for (NodeCache* cache : {disk_cache(host, stored.kind), memory_cache(host, stored.kind)}) {
        if (cache != nullptr)
            cache->put(stored.key, stored.bytes, now, evicted_at(*host, stored, now));
    }
}

void StartGround::use(std::optional<HostId> host, const Stored& stored, SimTime now) {
    for (NodeCache* cache : {disk_cache(host, stored.kind), memory_cache(host, stored.kind)}) {
        if (cache != nullptr)
            cache->use(stored.key, now, evicted_at(*host, stored, now));
    }
}

Pin StartGround::pin(std::optional<HostId> host, const Stored& stored, SimTime now) {
    const auto hold = [&](NodeCache* cache) {
        if (cache == nullptr || !cache->holds(stored.key, now))
            return false;
        cache->pin(stored.key, now);
        return true;
    };
    return {stored, hold(disk_cache(host, stored.kind)), hold(memory_cache(host, stored.kind))};
}

void StartGround::unpin(std::optional<HostId> host, const Pin& pin) {
    if (pin.on_disk)
        disk_cache(host, pin.stored.kind)->unpin(pin.stored.key);
    if (pin.in_memory)
        memory_cache(host, pin.stored.kind)->unpin(pin.stored.key);
}

void StartGround::host_lost(HostId host) {
    if (host.value >= hosts_.size())
        return;
    Host& one = hosts_[host.value];
    for (std::optional<NodeCache>* cache : {&one.images, &one.disk_weights, &one.memory}) {
        if (*cache)
            (*cache)->clear();
    }
}

bool StartGround::has_disk_for(std::optional<HostId> host, StoredKind kind) const {
    if (!host || host->value >= hosts_.size())
        return false;
    const Host& one = hosts_[host->value];
    return kind == StoredKind::kImage ? one.images.has_value() : one.disk_weights.has_value();
}

bool StartGround::may_keep(std::optional<HostId> host, StoredKind kind) const {
    const bool in_memory = host && host->value < hosts_.size() && kind == StoredKind::kWeights &&
                           hosts_[host->value].memory.has_value();
    return in_memory || has_disk_for(host, kind);
}

std::optional<LinkId> StartGround::nic(std::optional<HostId> host) const {
    return host && host->value < hosts_.size() ? hosts_[host->value].nic : std::nullopt;
}

std::optional<LinkId> StartGround::disk(std::optional<HostId> host) const {
    return host && host->value < hosts_.size() ? hosts_[host->value].disk : std::nullopt;
}

FetchId StartGround::fetch(std::optional<HostId> host, std::optional<Stored> keeps, SharedLinks::Haul haul,
                           SimTime now) {
    settle(now);
    if (keeps && !has_disk_for(host, keeps->kind) && memory_cache(host, keeps->kind) == nullptr)
        keeps.reset();
    if (keeps) {
        for (const std::uint32_t number : open_) {
            Fetch& other = fetches_[number];
            if (other.host == host && other.keeps && other.keeps->is(*keeps)) {
                ++other.users;
                return {number};
            }
        }
    }
    if (unused_.empty()) {
        unused_.push_back(static_cast<std::uint32_t>(fetches_.size()));
        fetches_.emplace_back();
    }
    const FetchId id{unused_.back()};
    unused_.pop_back();
    fetches_[id.value] = {links_.begin(std::move(haul), now), 1, {}, host, keeps};
    open_.push_back(id.value);
    return id;
}

void StartGround::release(FetchId fetch, SimTime now) {
    settle(now);
    Fetch& one = fetches_[fetch.value];
    SPILLWAY_CHECK(one.users > 0, "no such fetch");
    if (--one.users > 0)
        return;
    if (!one.done) {
        links_.end(one.transfer, now);
        std::erase(open_, fetch.value);
    }
    unused_.push_back(fetch.value);
}

SimTime StartGround::ends_at(FetchId fetch) const {
    const Fetch& one = fetches_[fetch.value];
    return one.done ? *one.done : links_.ends_at(one.transfer);
}

/// What is done by `now` is kept, whoever looks first.
void StartGround::settle(SimTime now) {
    for (std::size_t i = 0; i < open_.size();) {
        Fetch& one = fetches_[open_[i]];
        if (links_.ends_at(one.transfer) > now) {
            ++i;
            continue;
        }
        one.done = now;
        links_.end(one.transfer, now);
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
        if (one.keeps)
            keep(one.host, *one.keeps, now);
    }
}

}  // namespace spillway
