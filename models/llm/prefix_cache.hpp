#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/core/linked_list.hpp"

namespace spillway {

/// Prompt prefixes whose KV is in memory: one entry a prefix block id, held while a running sequence uses it
/// and evictable, least recently used first, after that. An id names the whole prefix that ends with its
/// block, so a prompt hits the longest head of its ids that is here. Counts entries; the caller knows their
/// size.
class PrefixCache {
public:
    /// How many of the leading `ids` are here.
    std::size_t match(std::span<const std::uint64_t> ids) const;

    /// How many of `ids`, which are all here, nobody holds.
    std::size_t unused_among(std::span<const std::uint64_t> ids) const;

    /// One more holder for each of `ids`, which are all here.
    void hold(std::span<const std::uint64_t> ids);

    /// Enters an id with one holder. Returns whether it was new; where it was here already, nothing changes
    /// and the caller keeps its own copy.
    bool enter(std::uint64_t id);

    /// One holder less for each of `ids`. Those that nobody holds then become evictable, the head of the
    /// prefix last. Returns how many.
    std::size_t release(std::span<const std::uint64_t> ids);

    /// Forgets the least recently used entry that nobody holds. Requires: there is one.
    void evict();

private:
    std::uint32_t entry_of(std::uint64_t id) const;

    struct Entry {
        std::uint64_t id = 0;
        std::uint32_t holders = 0;
        ListLinks links;
    };
    auto links() {
        return [this](std::uint32_t entry) -> ListLinks& { return entries_[entry].links; };
    }

    std::unordered_map<std::uint64_t, std::uint32_t> index_;  // never iterated over
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    LinkedList unused_;  // least recently used first
};

}  // namespace spillway
