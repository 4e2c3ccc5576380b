#include "models/llm/prefix_cache.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

std::size_t PrefixCache::match(std::span<const std::uint64_t> ids) const {
    std::size_t hits = 0;
    while (hits < ids.size() && index_.contains(ids[hits])) ++hits;
    return hits;
}

std::uint32_t PrefixCache::entry_of(std::uint64_t id) const {
    const auto found = index_.find(id);
    SPILLWAY_CHECK(found != index_.end(), "a prefix block is not in the cache");
    return found->second;
}

std::size_t PrefixCache::unused_among(std::span<const std::uint64_t> ids) const {
    return static_cast<std::size_t>(std::count_if(
        ids.begin(), ids.end(), [this](std::uint64_t id) { return entries_[entry_of(id)].holders == 0; }));
}

void PrefixCache::hold(std::span<const std::uint64_t> ids) {
    for (const std::uint64_t id : ids) {
        const std::uint32_t entry = entry_of(id);
        if (entries_[entry].holders++ == 0)
            unused_.remove(entry, links());
    }
}

std::uint32_t PrefixCache::new_entry() {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(entries_.size()));
        entries_.emplace_back();
    }
    const std::uint32_t entry = free_.back();
    free_.pop_back();
    return entry;
}

bool PrefixCache::enter(std::uint64_t id) {
    const auto [place, is_new] = index_.try_emplace(id, 0);
    if (!is_new)
        return false;
    place->second = new_entry();
    entries_[place->second] = {id, 1, 0, {}};
    return true;
}

void PrefixCache::leave(std::uint32_t blocks) {
    if (blocks == 0)
        return;
    const std::uint32_t entry = new_entry();
    entries_[entry] = {0, 0, blocks, {}};
    unused_.push_back(entry, links());
}

std::size_t PrefixCache::release(std::span<const std::uint64_t> ids) {
    std::size_t released = 0;
    for (std::size_t i = ids.size(); i-- > 0;) {
        const std::uint32_t entry = entry_of(ids[i]);
        SPILLWAY_CHECK(entries_[entry].holders > 0, "a prefix block that nobody holds was released");
        if (--entries_[entry].holders == 0) {
            unused_.push_back(entry, links());
            ++released;
        }
    }
    return released;
}

std::uint64_t PrefixCache::evict(std::uint64_t wanted) {
    SPILLWAY_CHECK(!unused_.empty(), "no block can be evicted");
    const std::uint32_t entry = unused_.front();
    Entry& oldest = entries_[entry];
    if (oldest.remains > wanted) {
        oldest.remains -= static_cast<std::uint32_t>(wanted);
        return wanted;
    }
    const std::uint64_t blocks = oldest.remains > 0 ? oldest.remains : unit_blocks_;
    if (oldest.remains == 0)
        index_.erase(oldest.id);
    unused_.remove(entry, links());
    free_.push_back(entry);
    return blocks;
}

}  // namespace spillway
