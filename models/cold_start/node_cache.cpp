#include "models/cold_start/node_cache.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace spillway {

std::vector<NodeCache::Item>::iterator NodeCache::find(CacheKey key) {
    return std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.key == key; });
}

bool NodeCache::holds(CacheKey key, SimTime now) const {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const Item& item) { return item.key == key && !item.is_over(now); });
}

void NodeCache::use(CacheKey key, SimTime now, std::optional<SimTime> until) {
    const auto found = find(key);
    if (found == items_.end() || found->is_over(now))
        return;
    found->until = until;
    std::rotate(found, found + 1, items_.end());
}

bool NodeCache::put(CacheKey key, std::int64_t bytes, SimTime now, std::optional<SimTime> until) {
    std::erase_if(items_, [&](const Item& item) { return item.is_over(now); });
    if (find(key) != items_.end()) {
        use(key, now, until);
        return true;
    }
    std::int64_t pinned = 0;
    for (const Item& item : items_) pinned += item.pins > 0 ? item.bytes : 0;
    if (bytes > capacity_ - pinned)
        return false;
    std::int64_t excess = bytes_used(now) + bytes - capacity_;
    std::erase_if(items_, [&](const Item& item) {
        if (excess <= 0 || item.pins > 0)
            return false;
        excess -= item.bytes;
        return true;
    });
    items_.push_back({key, bytes, until});
    return true;
}

void NodeCache::pin(CacheKey key, SimTime now) {
    SPILLWAY_CHECK(holds(key, now), "what is not held cannot be pinned");
    ++find(key)->pins;
}

void NodeCache::unpin(CacheKey key) {
    const auto found = find(key);
    if (found != items_.end() && found->pins > 0)
        --found->pins;
}

std::int64_t NodeCache::bytes_used(SimTime now) const {
    std::int64_t sum = 0;
    for (const Item& item : items_) sum += item.is_over(now) ? 0 : item.bytes;
    return sum;
}

}  // namespace spillway
