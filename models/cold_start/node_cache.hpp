#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/time.hpp"

namespace spillway {

/// What a host can keep: one thing by name and, for what changes with a rollout, its owner's version.
struct CacheKey {
    std::uint32_t name = 0;
    std::uint32_t version = 0;
    std::uint32_t owner = 0;  ///< whose version it is; 0 for version 0, which all who use the name share
    auto operator<=>(const CacheKey&) const = default;
};

/// Things kept on one host up to a number of bytes; the one that was not used for longest goes first, those
/// in use never. An entry may have an end of its own, at which it is gone unless it is used before.
/// A value type. A look costs time proportional to the entries.
class NodeCache {
public:
    /// Requires: bytes not negative.
    explicit NodeCache(std::int64_t bytes) : capacity_(bytes) {}

    bool holds(CacheKey key, SimTime now) const;
    /// Uses it at `now`: it is the last to go, and its end is `until` (empty: none). Nothing happens where it
    /// is not held.
    void use(CacheKey key, SimTime now, std::optional<SimTime> until);
    /// Keeps it, and uses it, at the cost of others. False, and nothing changes but what had ended, where it
    /// is larger than what entries in use leave.
    bool put(CacheKey key, std::int64_t bytes, SimTime now, std::optional<SimTime> until);
    /// While it is pinned it neither ends nor goes. Pins are counted. Requires: it is held.
    void pin(CacheKey key, SimTime now);
    /// Nothing happens where it is not held: the host may have been emptied.
    void unpin(CacheKey key);
    void clear() { items_.clear(); }

    std::int64_t bytes_used(SimTime now) const;

private:
    struct Item {
        CacheKey key;
        std::int64_t bytes;
        std::optional<SimTime> until;
        int pins = 0;
        bool is_over(SimTime now) const { return pins == 0 && until && *until <= now; }
    };
    std::vector<Item>::iterator find(CacheKey key);

    std::int64_t capacity_;
    std::vector<Item> items_;  // the one that was not used for longest first
};

}  // namespace spillway
