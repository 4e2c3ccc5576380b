#pragma once

#include <cstdint>
#include <vector>

#include "models/llm/read_pace.hpp"
#include "models/llm/sequence.hpp"
#include "models/llm/step_time.hpp"
#include "sim/core/key_heap.hpp"
#include "sim/fleet/token_observer.hpp"

namespace spillway {

/// The running sequences at some boundary, as far as it decides when one of them can end.
struct DecodeOutlook {
    std::uint32_t sequences = 0;       ///< that decode
    std::uint64_t kv_tokens = 0;       ///< of theirs, in memory
    std::uint64_t iterations = 0;      ///< until the first of those that decode ends, if they all take part
    std::uint32_t prompt_outputs = 0;  ///< tokens that the unfinished prompt will make; 0: there is none
};

/// All sequences of an engine that decode, advanced together: each takes part in every decode iteration, so
/// that one count and one sum stand for all of them. A sequence's own figures are as of when it was last
/// brought up to date.
class DecodeGroup {
public:
    /// `table` outlives it.
    DecodeGroup(std::vector<Sequence>& table, const EngineRules& rules)
        : table_(table), rules_(rules), new_blocks_(rules.block_tokens), read_(rules.read_period) {}

    std::uint32_t size() const noexcept { return size_; }
    std::uint64_t kv_tokens() const noexcept { return kv_tokens_; }
    DecodeOutlook outlook() const noexcept {
        return {size_, kv_tokens_, size_ == 0 ? 0 : next_end_ - decoded_, 0};
    }

    /// A sequence that has just got a token and will get more.
    void join(std::uint32_t sequence);
    /// One that does not go on; it is up to date afterwards.
    void leave(std::uint32_t sequence);
    /// Forgets everything and takes `sequences`, which are up to date.
    void rebuild(const std::vector<std::uint32_t>& sequences);
    /// Brings one up to date.
    void bring_up(std::uint32_t sequence);

    /// New blocks that the next iteration of all needs; none where they are reserved.
    std::uint32_t blocks_needed_next() const noexcept {
        return rules_.kv == KvPolicy::kReserved ? 0 : new_blocks_[phase_];
    }
    /// And `iterations` of all, from `skip` iterations ahead. Fewer than 2^32 at a time, here and below.
    std::uint64_t blocks_needed(std::uint32_t skip, std::uint64_t iterations) const noexcept;
    /// Largest number of iterations, up to `wanted`, from `skip` ahead, that `blocks` suffice for.
    std::uint64_t iterations_within(std::uint64_t blocks, std::uint32_t skip,
                                    std::uint64_t wanted) const noexcept;

    /// Where clients read at a pace of their own, before advance(): when the first of so many iterations
    /// ends, and the last. True: so much is on record that all should be brought up to date and
    /// forget_times() be called.
    bool note_times(std::uint64_t iterations, Ticks first_end, Ticks end);
    void forget_times() noexcept { read_.clear(); }
    /// They take part in so many iterations, of which the last ends at `end`.
    /// Appends those that have made all their tokens to `done`; they have left the group.
    void advance(std::uint64_t iterations, Ticks end, std::vector<std::uint32_t>& done) {
        decoded_ += iterations;
        phase_ = wrapped(phase_ + static_cast<std::uint32_t>(iterations) % rules_.block_tokens);
        kv_tokens_ += iterations * size_;
        last_decode_ = end;
        joins_.clear();
        while (size_ > 0 && next_end_ == decoded_) end_first(done);
    }

    /// Reports the gaps between tokens of the first iteration of a run, which ends at `first_end`.
    void report_first_gaps(Ticks first_end, TokenObserver& observer) const;
    /// Whether all had their last token at `boundary`.
    bool in_step(Ticks boundary) const noexcept { return joins_.empty() && last_decode_ == boundary; }

private:
    struct Joins {
        Ticks at;
        std::uint32_t sequences;
    };
    /// A place in new_blocks_ that may lie beyond its end by less than its length.
    std::uint32_t wrapped(std::uint32_t place) const noexcept {
        return place < rules_.block_tokens ? place : place - rules_.block_tokens;
    }
    /// Where a sequence with so many tokens in memory asks for its next block.
    std::uint32_t& new_blocks_at(std::uint32_t computed) noexcept {
        return new_blocks_[wrapped(phase_ + rules_.block_tokens - computed % rules_.block_tokens)];
    }
    // A key of ends_: 40 bits suffice for a lifetime of iterations of 1 ms, 24 for all that an engine holds.
    static constexpr int kNumberBits = 24;
    static constexpr std::uint64_t kMostEnd = std::uint64_t{1} << (64 - kNumberBits);
    static std::uint32_t number_of(std::uint64_t end) noexcept {
        return static_cast<std::uint32_t>(end) & ((1U << kNumberBits) - 1);
    }
    void see_next_end() noexcept { next_end_ = ends_.least() >> kNumberBits; }
    void end_first(std::vector<std::uint32_t>& done);
    void enter(std::uint32_t sequence);
    void forget(std::uint32_t sequence);

    std::vector<Sequence>& table_;
    const EngineRules& rules_;
    std::uint32_t size_ = 0;
    std::uint64_t kv_tokens_ = 0;
    std::uint64_t decoded_ = 0;              // decode iterations so far
    KeyHeap<std::uint64_t> ends_;            // the count at which each sequence ends, then its number
    std::uint64_t next_end_ = 0;             // the first of these, if there is one
    std::vector<std::uint32_t> new_blocks_;  // of an iteration, by its count modulo a block's tokens
    std::uint32_t phase_ = 0;                // decoded_, so reduced
    ReadPace read_;
    Ticks last_decode_{0};      // end of the last decode iteration
    std::vector<Joins> joins_;  // of those that got their first token after it
};

}  // namespace spillway
