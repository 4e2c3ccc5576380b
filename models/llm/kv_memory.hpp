#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "models/llm/engine_rules.hpp"
#include "models/llm/prefix_cache.hpp"

namespace spillway {

/// Blocks of KV memory that one sequence holds: its own, and prefix blocks shared with others.
struct KvHolding {
    std::uint32_t own = 0;     ///< blocks that only this sequence uses
    std::uint32_t shared = 0;  ///< of its leading prefix ids, those that it holds in the cache
};

/// The KV memory of one worker, in blocks: in use + cached + free = total. Cached blocks hold what ended
/// sequences left, prefixes and, once there are any, answers; they are evicted when a sequence needs room,
/// least recently used first. A prefix id is evicted as a whole.
class KvMemory {
public:
    /// `rules` outlives it.
    explicit KvMemory(const EngineRules& rules) noexcept
        : rules_(rules), unit_blocks_(rules.prefix_unit / rules.block_tokens), cache_(unit_blocks_) {}

    std::uint64_t total() const noexcept { return rules_.kv_blocks; }
    std::uint64_t in_use() const noexcept { return in_use_; }
    std::uint64_t cached() const noexcept { return cached_; }
    std::uint64_t free() const noexcept { return total() - in_use_ - cached_; }
    /// Free or evictable.
    std::uint64_t available() const noexcept { return total() - in_use_; }
    /// Most that were in use at once since this was last asked.
    std::uint64_t take_peak() noexcept { return std::exchange(peak_, in_use_); }

    /// Takes blocks for a sequence; false, and nothing is taken, if so many are not available.
    [[nodiscard]] bool take(std::uint64_t blocks) {
        if (blocks > available())
            return false;
        make_room(blocks);
        return true;
    }
    void give_back(std::uint64_t blocks) noexcept { in_use_ -= blocks; }

    /// How many leading ids a prompt of `tokens` finds; at least one token is always computed.
    std::uint32_t match(std::span<const std::uint64_t> ids, std::uint32_t tokens) const {
        return ids.empty() ? 0 : match_some(ids, tokens);
    }

    /// Holds the first `hits` ids and takes `blocks` more; false, and nothing changes, if they do not fit.
    [[nodiscard]] bool admit(std::span<const std::uint64_t> ids, std::uint32_t hits, std::uint64_t blocks,
                             KvHolding& holding) {
        if (hits > 0)
            return admit_sharing(ids.first(hits), blocks, holding);
        if (!take(blocks))
            return false;
        holding.own += static_cast<std::uint32_t>(blocks);
        return true;
    }

    /// The first `computed` tokens of the prompt are in memory or will be at the end of this iteration: their
    /// whole units become shared, as far as nobody else has entered the same.
    void publish(std::span<const std::uint64_t> ids, std::uint32_t computed, KvHolding& holding) {
        if (!ids.empty())
            publish_some(ids, computed, holding);
    }

    /// Everything the sequence holds becomes free or cached.
    void release(std::span<const std::uint64_t> ids, KvHolding& holding);

    std::uint32_t blocks_of(const KvHolding& holding) const noexcept {
        return holding.own + holding.shared * unit_blocks_;
    }
    /// That one prefix id stands for.
    std::uint32_t unit_blocks() const noexcept { return unit_blocks_; }

private:
    // Where there are prefix ids.
    std::uint32_t match_some(std::span<const std::uint64_t> ids, std::uint32_t tokens) const;
    bool admit_sharing(std::span<const std::uint64_t> found, std::uint64_t blocks, KvHolding& holding);
    void publish_some(std::span<const std::uint64_t> ids, std::uint32_t computed, KvHolding& holding);

    void make_room(std::uint64_t blocks) {
        while (free() < blocks) evict(blocks - free());
        in_use_ += blocks;
        peak_ = std::max(peak_, in_use_);
    }
    /// At least one block, and of what is not a prefix no more than `wanted`.
    void evict(std::uint64_t wanted);

    const EngineRules& rules_;
    std::uint32_t unit_blocks_;
    PrefixCache cache_;
    std::uint64_t in_use_ = 0;
    std::uint64_t cached_ = 0;
    std::uint64_t peak_ = 0;
};

}  // namespace spillway
