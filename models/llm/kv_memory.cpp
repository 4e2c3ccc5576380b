#include "models/llm/kv_memory.hpp"

#include <algorithm>

namespace spillway {

void KvMemory::evict(std::uint64_t wanted) { cached_ -= cache_.evict(wanted); }

std::uint32_t KvMemory::match_some(std::span<const std::uint64_t> ids, std::uint32_t tokens) const {
    if (!rules_.prefix_cache || tokens == 0)
        return 0;
    const std::size_t most = (tokens - 1) / rules_.prefix_unit;
    return static_cast<std::uint32_t>(cache_.match(ids.first(std::min(ids.size(), most))));
}

bool KvMemory::admit_sharing(std::span<const std::uint64_t> found, std::uint64_t blocks, KvHolding& holding) {
    const std::uint64_t revived = cache_.unused_among(found) * unit_blocks();
    if (revived + blocks > available())
        return false;
    // Held first, so that it is not evicted to make room for the rest.
    cache_.hold(found);
    cached_ -= revived;
    in_use_ += revived;
    make_room(blocks);
    holding.shared = static_cast<std::uint32_t>(found.size());
    holding.own += static_cast<std::uint32_t>(blocks);
    return true;
}

void KvMemory::publish_some(std::span<const std::uint64_t> ids, std::uint32_t computed, KvHolding& holding) {
    if (!rules_.prefix_cache)
        return;
    const std::size_t whole = std::min<std::size_t>(ids.size(), computed / rules_.prefix_unit);
    // A prefix that someone else entered meanwhile ends what this sequence shares: what follows stays its
    // own.
    while (holding.shared < whole && cache_.enter(ids[holding.shared])) {
        ++holding.shared;
        holding.own -= unit_blocks();
    }
}

void KvMemory::release(std::span<const std::uint64_t> ids, KvHolding& holding) {
    std::uint64_t stays = 0;
    // While nothing can be found in the cache, the order of eviction makes no difference.
    if (cache_.has_prefixes()) {
        cache_.leave(holding.own);
        stays = holding.own;
    }
    const std::uint64_t unheld =
        holding.shared == 0 ? 0 : cache_.release(ids.first(holding.shared)) * unit_blocks();
    in_use_ -= holding.own + unheld;
    cached_ += stays + unheld;
    holding = {};
}

}  // namespace spillway
