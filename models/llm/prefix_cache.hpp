#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/core/linked_list.hpp"

namespace spillway {

/// KV that outlives its sequence. Prompt prefixes: one entry a prefix block id, held while a running sequence
/// uses it and evictable after that. An id names the whole prefix that ends with its block, so a prompt hits
/// the longest head of its ids that is here. And remains, which nobody can find: engines overwrite the
/// answers of ended sequences in the order in which they ended, so that these age prefixes as well. What is
/// least recently used is evicted first.
class PrefixCache {
public:
    /// An id stands for `unit_blocks` blocks.
    explicit PrefixCache(std::uint32_t unit_blocks) noexcept : unit_blocks_(unit_blocks) {}

    bool has_prefixes() const noexcept { return !index_.empty(); }

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

    /// Remains of so many blocks, from now on the most recently used.
    void leave(std::uint32_t blocks);

    /// Frees the least recently used blocks that nobody holds: an id's as a whole, of remains no more than
    /// `wanted`. Returns how many. Requires: there are some.
    std::uint64_t evict(std::uint64_t wanted);

private:
    std::uint32_t entry_of(std::uint64_t id) const;
    std::uint32_t new_entry();

    struct Entry {
        std::uint64_t id = 0;
        std::uint32_t holders = 0;
        std::uint32_t remains = 0;  ///< blocks, of an entry without an id
        ListLinks links;
    };
    auto links() {
        return [this](std::uint32_t entry) -> ListLinks& { return entries_[entry].links; };
    }

    std::uint32_t unit_blocks_;
    std::unordered_map<std::uint64_t, std::uint32_t> index_;  // never iterated over
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    LinkedList unused_;  // least recently used first
};

}  // namespace spillway
