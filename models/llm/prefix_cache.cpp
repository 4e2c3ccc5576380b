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

bool PrefixCache::enter(std::uint64_t id) {
    const auto [place, is_new] = index_.try_emplace(id, 0);
    if (!is_new)
        return false;
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(entries_.size()));
        entries_.emplace_back();
    }
    place->second = free_.back();
    free_.pop_back();
    entries_[place->second] = {id, 1, {}};
    return true;
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

void PrefixCache::evict() {
    SPILLWAY_CHECK(!unused_.empty(), "no prefix block can be evicted");
    const std::uint32_t entry = unused_.front();
    unused_.remove(entry, links());
    index_.erase(entries_[entry].id);
    free_.push_back(entry);
}

}  // namespace spillway
